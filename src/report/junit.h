#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

}  // namespace straylane
