#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/case_input.h"
#include "cli/terminal.h"
#include "hunt/hunt.h"

namespace straylane {

// The files that show a finding: those of its folder, and the exported test.

// Returns the command line's side of a hunt: it shows progress on the terminal and renders the files of a finding's
// folder. `terminal` must outlive it.
HuntHooks finding_hooks(Terminal& terminal);

struct PytestExport {
  std::string text;                          // of the file
  std::map<std::string, std::string> fixed;  // all fixes that the test knows: digest of a function -> versions
};

// Makes the finding a Python test, and tries it: with `python` it fails as the finding does. Each interpreter of
// `fixed` must have the failure fixed: its functions at the recorded sites are added to the known fixes, and the test
// passes with it.
Expected<PytestExport> export_pytest(const Replayed& finding, const std::string& python,
                                     const std::vector<std::string>& fixed);

}  // namespace straylane
