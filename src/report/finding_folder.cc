#include "report/finding_folder.h"

#include <fmt/format.h>

#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "report/finding_json.h"
#include "report/no_return_svg.h"
#include "report/pytest_export.h"
#include "report/text_report.h"

namespace straylane {
namespace {

constexpr const char* kReproSh = R"sh(#!/bin/sh
# Fails where the finding happens, passes where it does not. Another interpreter: PYTHON=/path/to/python sh repro.sh
cd "$(dirname "$0")" && exec "${{PYTHON:-{}}}" -B repro.py
)sh";

}  // namespace

std::map<std::string, std::string> render_finding_folder(const Finding& finding, const std::string& repro,
                                                         const HeldProgram& program, const std::string& pytest) {
  const FindingRecord record = record_of(finding);
  std::map<std::string, std::string> files = {
      {"case.json", to_json(finding.found, finding.schema)},
      {"report.txt", render_report(record)},
      {"finding.json", finding_file(record)},
  };
  if (finding.shrunk) {
    files["min.json"] = to_json(finding.minimal(), finding.schema);
    files["min-any-shape.json"] = to_json(finding.minimal_any_shape(), finding.schema);
  }
  if (finding.why && !finding.why->no_return.curve.empty()) {
    files["no-return.svg"] = no_return_svg(finding.why->no_return);
  }
  if (const auto bytes = case_to_bytes(finding.minimal(), finding.schema)) {
    files["input"] = std::string(bytes->begin(), bytes->end());
  }
  if (finding.kernel) files.insert(finding.kernel->files.begin(), finding.kernel->files.end());
  if (!repro.empty()) {
    files["repro.py"] = repro;
    files["repro.sh"] = fmt::format(kReproSh, finding.minimal().system.path);
    files.insert(program.sources.begin(), program.sources.end());
    if (!pytest.empty()) files[pytest_name(finding.bucket) + ".py"] = pytest;
  }
  return files;
}

}  // namespace straylane
