// A worker runs for hours, so its memory must not grow with the number of cases.
//
// STRAYLANE_MEMORY_CASES=N runs N cases, STRAYLANE_MEMORY_PYTHON=PATH another interpreter.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "generate/case_generator.h"
#include "program/factory/factory_program.h"
#include "run/run_case.h"
#include "targets/numba/numba_target.h"

namespace straylane {
namespace {

constexpr std::size_t kBatch = 100;
constexpr std::size_t kCasesBefore = 1000;  // pools of memory, fibers and thread states reach their size
constexpr std::size_t kCases = 2000;
constexpr std::size_t kGrowthMaxKib = 1024;  // half a KiB per case

std::set<int> children() {
  std::ifstream file(fmt::format("/proc/self/task/{}/children", getpid()));
  return {std::istream_iterator<int>(file), std::istream_iterator<int>()};
}

std::size_t resident_kib(int process) {
  std::ifstream file(fmt::format("/proc/{}/status", process));
  for (std::string word; file >> word;) {
    if (word != "VmRSS:") continue;
    std::size_t kib = 0;
    file >> kib;
    return kib;
  }
  return 0;
}

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

// Runs the same few cases again and again, including failing ones, so that nothing is new to the worker.
std::size_t run_cases_of(Target& target, std::size_t count) {
  std::size_t failures = 0;
  for (std::size_t done = 0; done < count; done += kBatch) {
    std::vector<Case> cases;
    for (std::size_t i = 0; i < kBatch; ++i) cases.push_back(draw_case(factory_program().schema, 1, (done + i) % 500));
    const auto results = run_cases(target, cases, {});
    if (!results) throw std::runtime_error(results.error().message);
    failures += static_cast<std::size_t>(std::count_if(
        results->begin(), results->end(), [](const RunResult& result) { return result.verdict.failure.has_value(); }));
  }
  return failures;
}

TEST(WorkerMemory, DoesNotGrowWithTheCasesThatWereRun) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer keeps freed memory";
#endif
  const auto before = children();
  auto target = NumbaTarget::open({environment("STRAYLANE_MEMORY_PYTHON", TargetOptions{}.python)});
  ASSERT_TRUE(target) << target.error().message;
  std::set<int> started;
  const auto after = children();
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::inserter(started, started.begin()));
  ASSERT_EQ(started.size(), 1U);
  const int worker = *started.begin();

  run_cases_of(**target, kCasesBefore);
  const std::size_t first_kib = resident_kib(worker);
  const std::size_t count = std::stoul(environment("STRAYLANE_MEMORY_CASES", std::to_string(kCases)));
  const std::size_t failures = run_cases_of(**target, count);
  const std::size_t last_kib = resident_kib(worker);
  fmt::print("  {} KiB after {} cases, {} KiB after {} more, {} of which failed\n", first_kib, kCasesBefore, last_kib,
             count, failures);
  ASSERT_GT(last_kib, 0U) << "the worker was replaced";
  EXPECT_LE(last_kib, first_kib + kGrowthMaxKib);
}

}  // namespace
}  // namespace straylane
