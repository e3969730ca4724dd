// libFuzzer entry point of the renderers of an explanation. Whatever a run and its texts are, nothing crashes, texts
// are UTF-8 with lines of bounded width, and the plot is well-formed XML.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "fuzz/random_explanation.h"
#include "fuzz/well_formed_xml.h"
#include "report/explanation_text.h"
#include "report/finding_json.h"
#include "report/report_text.h"

namespace {

using namespace straylane;

void require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_report: %s\n", what.c_str());
  std::abort();
}

void require_lines(const std::string& text, std::size_t width_max) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    require(clean(line) == line, "not clean: " + line);
    require(width_of(line) <= width_max, "too wide: " + line);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const RandomExplanation random = explanation_from({data, size});
  constexpr std::size_t kThreadsMax = 22;  // three launches of seven threads, and m
  constexpr std::size_t kWidthMax = kColumnsTextMargin + kThreadsMax * kColumnsTextPitch;
  require_lines(columns_text(columns_of(random.trace)), kWidthMax);
  require_lines(why_text(random.why, columns_that_matter(random.trace, random.why.order.orderings)), kWidthMax);
  require_lines(why_summary(random.why), 160);
  const std::string wrong = wrong_in_xml(no_return_svg(random.why.no_return));
  require(wrong.empty(), "not well-formed: " + wrong);
  using Json = nlohmann::ordered_json;
  const std::string json = explanation_to_json(random.why).dump(-1, ' ', false, Json::error_handler_t::replace);
  require(Json::accept(json), "not JSON");
  return 0;
}
