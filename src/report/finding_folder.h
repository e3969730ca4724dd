#pragma once

#include <map>
#include <string>

#include "domain/finding.h"

namespace straylane {

// The files of a finding's folder, by relative path: case.json, min.json, input (bytes, where bytes can say it),
// report.txt, finding.json (the same for programs), no-return.svg, the files of a user's kernel, and where `repro` is not
// empty repro.py, repro.sh, the package that it launches, and `pytest`, the same as one Python file with a test.
// `sources`: path -> text of the package's files.
std::map<std::string, std::string> render_finding_folder(const Finding& finding, const std::string& repro,
                                                         const std::map<std::string, std::string>& sources,
                                                         const std::string& pytest);

}  // namespace straylane
