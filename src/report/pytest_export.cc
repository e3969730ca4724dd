#include "report/pytest_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "report/repro.h"
#include "report/templates.h"

namespace straylane {
namespace {

using json = nlohmann::ordered_json;

// A text of several lines as a Python literal that can be read, where it can.
std::string literal(const std::string& text) {
  if (text.find("'''") != std::string::npos || text.find('\\') != std::string::npos) return json(text).dump();
  return "'''\\\n" + text + "'''";
}

std::string dictionary(const std::map<std::string, std::string>& values, std::string (*render)(const std::string&)) {
  std::string out = "{\n";
  for (const auto& [key, value] : values) out += fmt::format("    {}: {},\n", json(key).dump(), render(value));
  return out + "}";
}

}  // namespace

std::string pytest_name(const std::string& bucket) {
  std::string name = "test_" + bucket;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

Expected<std::string> render_pytest(const HeldProgram& program, const Case& c, const Observation& traced,
                                    const Failure& failure, const PytestParts& parts) {
  if (!program.cannot_export.empty()) return make_error(ErrorCode::kUnsupported, program.cannot_export);
  if (c.granularity != Granularity::kSwitch) {
    return make_error(
        ErrorCode::kUnsupported,
        fmt::format("at granularity {} a schedule may be impossible on a stock interpreter", to_string(c.granularity)));
  }
  return fill_held_schedule(kPytestTemplate, program, c, traced, failure).map([&](std::string text) {
    auto sources = program.sources;
    sources.erase(program.package + "/__init__.py");  // nothing but words
    replace_all(text, "test_@NAME@", pytest_name(parts.bucket));
    replace_all(text, "@SOURCES@", dictionary(sources, literal));
    replace_all(text, "@RECORDED_ON@", json(fmt::format("{}, Python {}", c.system.software, c.system.python)).dump());
    replace_all(text, "@FIXED@", dictionary(parts.fixed, [](const std::string& where) { return json(where).dump(); }));
    return text;
  });
}

}  // namespace straylane
