#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/case_input.h"
#include "domain/observation.h"
#include "domain/verdict.h"
#include "run/run_case.h"

namespace straylane {

// A finding from the command line: its folder in findings/ (then its min.json, or where it was not shrunk its
// case.json), or whatever load_case() takes.
Expected<CaseInput> load_finding(const std::string& folder_or_case, bool as_bytes = false);

// A finding, run here once more, strictly.
struct Replayed {
  RunResult run;
  std::string bucket;
};

// kNotReproducible where it does not fail here, kRefused where the system is another.
Expected<Replayed> replay_finding(Target& target, const CaseInput& input, const std::string& name);

// The finding as a Python test, made and tried: it fails with `python` as the finding does. Each interpreter of `fixed`
// must have the failure fixed; its functions at the recorded sites are added to what is known of fixes, and the test
// passes there.
//
//   text   of the file
//   fixed  digest -> versions, all that the test knows
struct PytestExport {
  std::string text;
  std::map<std::string, std::string> fixed;
};
Expected<PytestExport> export_pytest(const Replayed& finding, const std::string& python,
                                     const std::vector<std::string>& fixed);

}  // namespace straylane
