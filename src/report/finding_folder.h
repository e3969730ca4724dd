#pragma once

#include <map>
#include <string>

#include "domain/finding.h"
#include "domain/held_program.h"

namespace straylane {

// The files of a finding's folder, by relative path: case.json, min.json and min-any-shape.json, input (bytes, where
// bytes can say it), report.txt, finding.json (the same for programs), no-return.svg, the files of a user's kernel, and
// where `repro` is not empty repro.py, repro.sh, the package that it calls, and `pytest`, the same as one Python file
// with a test.
std::map<std::string, std::string> render_finding_folder(const Finding& finding, const std::string& repro,
                                                         const HeldProgram& program, const std::string& pytest);

}  // namespace straylane
