#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/did_you_mean.h"
#include "cli/verbs.h"
#include "os/beside_program.h"
#include "os/child.h"

namespace straylane {

namespace {

constexpr double kListTimeoutS = 60;

// Returns the names of the tests in the build folder that match the regular expression; all of them if it is empty.
// Returns nothing if ctest cannot tell.
std::optional<std::vector<std::string>> tests_in(const std::string& folder, const std::string& filter) {
  std::vector<std::string> command = {"ctest", "--test-dir", folder, "--show-only=json-v1"};
  if (!filter.empty()) command.insert(command.end(), {"--tests-regex", filter});
  const ChildResult listed = run_child(command, "", kListTimeoutS);
  const auto document =
      nlohmann::json::parse(listed.output.substr(std::min(listed.output.find('{'), listed.output.size())), nullptr,
                            /*allow_exceptions=*/false);
  if (listed.status != 0 || !document.contains("tests")) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& test : document["tests"]) names.push_back(test.value("name", ""));
  return names;
}

// Fails with kUsage if the filter selects no test. What else is wrong with it, ctest says.
Expected<void> check_test_filter(const std::string& folder, const std::string& filter) {
  if (filter.empty()) return {};
  const auto selected = tests_in(folder, filter);
  if (!selected || !selected->empty()) return {};
  const auto all = tests_in(folder, "").value_or(std::vector<std::string>());
  return make_error(ErrorCode::kUsage,
                    fmt::format("--filter \"{}\" selects no test{}", filter, suggestion(nearest_by_part(filter, all))));
}

}  // namespace

// The verb becomes ctest, so that the user sees its output and its signals directly.
Run add_test(CLI::App& app) {
  auto filter = std::make_shared<std::string>();
  app.add_option("--filter", *filter, "only tests whose name matches this regular expression");
  return [filter] {
    const auto tests = beside_program("CTestTestfile.cmake");
    if (tests.empty()) return report_error({ErrorCode::kUsage, "the tests are not beside this program: build it here"});
    const std::string folder = tests.parent_path();
    if (auto ok = check_test_filter(folder, *filter); !ok) return report_error(ok.error());
    std::vector<const char*> command = {
        "ctest", "--test-dir", folder.c_str(), "--output-on-failure", "--no-tests=error", "--parallel", "2"};
    if (!filter->empty()) command.insert(command.end(), {"--tests-regex", filter->c_str()});
    command.push_back(nullptr);
    execvp(command[0], const_cast<char* const*>(command.data()));
    return report_error({ErrorCode::kUsage, fmt::format("ctest: {}", std::strerror(errno))});
  };
}

}  // namespace straylane
