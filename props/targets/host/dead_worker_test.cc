// Kernels that end their process, or never end, become findings with smaller settings. The next worker is a new one.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "hunt/shrink_failure.h"
#include "props/targets/host/host_fixture.h"

namespace straylane {
namespace {

constexpr std::uint32_t kTimeoutMs = 60'000;  // never reached, even on a busy machine
constexpr std::uint32_t kHangMs = 2'000;      // for a kernel that hangs: reached each time

RunResult run(const Case& c, std::uint32_t timeout_ms = kTimeoutMs) {
  auto result = run_case(host_target(), c, {.timeout_ms = timeout_ms});
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

struct Planted {
  const char* program;
  const char* oracle;
  const char* message;
};

TEST(HostDeadWorker, EachIsAFindingAndTheNextCaseRuns) {
  const Planted planted[] = {{"traps", "crash", "Illegal instruction"},
                             {"allocates_for_ever", "crash", "Segmentation fault"},
                             {"spins", "timeout", "did not end"},
                             {"null_write", "no-exception", "write of 4 bytes at an address that is in no buffer"}};
  for (const Planted& p : planted) {
    const bool hangs = std::string(p.oracle) == "timeout";
    const RunResult failing = run(host_case({10, 5, 7, 32}, p.program), hangs ? kHangMs : kTimeoutMs);
    ASSERT_TRUE(failing.verdict.failure) << p.program;
    EXPECT_EQ(failing.verdict.failure->oracle, p.oracle) << p.program;
    EXPECT_NE(failing.verdict.failure->message.find(p.message), std::string::npos) << failing.verdict.failure->message;
    EXPECT_EQ(run(host_case({10, 5, 3, 32}, p.program)).verdict.kind, VerdictKind::kPass) << p.program;
    EXPECT_EQ(run(host_case({})).verdict.kind, VerdictKind::kPass);
  }
}

TEST(HostDeadWorker, SettingsAreShrunkToTheSmallestThatFails) {
  Case c = host_case({100, 50, 70, 32}, "traps");
  c.calls.push_back({10, 5, 7, 32});
  const RunResult failing = run(c);
  ASSERT_TRUE(failing.verdict.failure);
  const auto shrunk = smaller_settings_of_dead_worker(host_target(), failing.recorded,
                                                      bucket_of(*failing.verdict.failure), {.timeout_ms = kTimeoutMs});
  ASSERT_TRUE(shrunk && shrunk->minimal);
  EXPECT_EQ(shrunk->minimal->calls, (std::vector<Settings>{{4, 1, 4, 32}}));
  EXPECT_EQ(shrunk->stopped_early, "");
}

TEST(HostDeadWorker, ShrinkingAHangIsBoundedAndSaysSo) {
  const RunResult failing = run(host_case({10, 5, 7, 32}, "spins"), kHangMs);
  ASSERT_TRUE(failing.verdict.failure);
  const std::string bucket = bucket_of(*failing.verdict.failure);
  const auto shrunk = smaller_settings_of_dead_worker(host_target(), failing.recorded, bucket, {.timeout_ms = 400});
  ASSERT_TRUE(shrunk && shrunk->minimal);
  EXPECT_EQ(shrunk->minimal->calls, (std::vector<Settings>{{4, 1, 4, 32}}));
  const auto start = std::chrono::steady_clock::now();
  const auto early =
      smaller_settings_of_dead_worker(host_target(), failing.recorded, bucket, {.time_s = 0.3, .timeout_ms = 200});
  ASSERT_TRUE(early && early->minimal);
  EXPECT_NE(early->stopped_early, "");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  const auto one = smaller_settings_of_dead_worker(host_target(), failing.recorded, bucket,
                                                   {.executions_max = 1, .timeout_ms = 400});
  ASSERT_TRUE(one && one->minimal);
  EXPECT_EQ(one->executions, 1U);
  EXPECT_EQ(one->minimal->calls, failing.recorded.calls);
}

TEST(HostDeadWorker, WhatDoesNotFailUnderTheDefaultScheduleIsLeftAsItIs) {
  const auto shrunk = smaller_settings_of_dead_worker(host_target(), host_case({}), "crash-of-something-else");
  ASSERT_TRUE(shrunk);
  EXPECT_FALSE(shrunk->minimal);
}

}  // namespace
}  // namespace straylane
