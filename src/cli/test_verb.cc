#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "cli/verbs.h"
#include "os/beside_program.h"

namespace straylane {

// Becomes ctest: its output, its closing lines and its signals are the user's.
Run add_test(CLI::App& app) {
  auto filter = std::make_shared<std::string>();
  app.add_option("--filter", *filter, "only tests whose name matches this regular expression");
  return [filter] {
    const auto tests = beside_program("CTestTestfile.cmake");
    if (tests.empty()) return report_error({ErrorCode::kUsage, "the tests are not beside this program: build it here"});
    const std::string folder = tests.parent_path();
    std::vector<const char*> command = {
        "ctest", "--test-dir", folder.c_str(), "--output-on-failure", "--no-tests=error", "--parallel", "2"};
    if (!filter->empty()) command.insert(command.end(), {"--tests-regex", filter->c_str()});
    command.push_back(nullptr);
    execvp(command[0], const_cast<char* const*>(command.data()));
    return report_error({ErrorCode::kUsage, fmt::format("ctest: {}", std::strerror(errno))});
  };
}

}  // namespace straylane
