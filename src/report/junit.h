#pragma once

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
};

// The report as the Jenkins JUnit schema has it: one testsuite per suite, in the order of their first case.
std::string render_junit(const std::vector<JunitCase>& cases);

}  // namespace straylane
