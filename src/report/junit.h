#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/run_record.h"

namespace straylane {

// One test case of a JUnit XML report. At most one of `failure`, `error` and `skipped` is not empty.
struct JunitCase {
  std::string suite;  // target
  std::string name;
  double seconds = 0;
  std::string failure;  // message; empty if it passed
  std::string detail;   // text below the message
  std::string error;    // why it did not come to an end; empty if it did
  std::string skipped;  // why it was not run; empty if it was
  std::string file;     // where the failure shows; empty if that is not known
  std::uint32_t line = 0;
};

// The report in the Jenkins JUnit schema, with the attributes `file` and `line` that GitLab and others also read. It
// has one testsuite per suite, in the order of their first case.
std::string render_junit(const std::vector<JunitCase>& cases);

// A run as JUnit XML. Each target is a suite with the test case "search" and one failed case for each finding. A target
// that could not run or was not asked is a skipped case. If no target is known, as when folders are read, and there are
// no findings, a suite "run" has one case that passed. A problem that ended the run early is a case with an error.
std::string render_run_junit(const RunRecord& run);

}  // namespace straylane
