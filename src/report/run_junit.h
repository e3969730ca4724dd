#pragma once

#include <string>

#include "report/run_record.h"

namespace straylane {

// A run as JUnit XML: for each target a suite with the test case "search", and one that fails for each finding. A
// target that could not run or was not asked is a skipped case; where no target is known, as of folders that are read,
// a suite without findings has one case that passed. What ended the run before its end is a case with an error.
std::string render_run_junit(const RunRecord& run);

}  // namespace straylane
