#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/run_record.h"

namespace straylane {

// One test case of a JUnit XML report.
struct JunitCase {
  std::string suite;  // target
  std::string name;
  double seconds = 0;
  std::string failure;  // message; empty where it passed
  std::string detail;   // text below the message
  std::string error;    // why it did not come to an end; empty where it did
  std::string skipped;  // why it was not run; empty where it was
  std::string file;     // where a failure shows; empty where that is not known
  std::uint32_t line = 0;
};

// The report as the Jenkins JUnit schema has it, with the attributes `file` and `line` that GitLab and others read
// beside it: one testsuite per suite, in the order of their first case.
std::string render_junit(const std::vector<JunitCase>& cases);

// A run as JUnit XML: for each target a suite with the test case "search", and one that fails for each finding. A
// target that could not run or was not asked is a skipped case. Where no target is known, as for folders that are read,
// a suite without findings has one case that passed. What ended the run before its end is a case with an error.
std::string render_run_junit(const RunRecord& run);

}  // namespace straylane
