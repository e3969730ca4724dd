// Every CUDA program of corpus/planted/host gets its verdict, and the correct program that resembles it passes.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "props/targets/host/host_fixture.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

constexpr std::uint64_t kSchedules = 256;

// With oracle "", all of kSchedules drawn schedules must pass. Otherwise one of them must fail with this message.
struct Planted {
  std::string program;
  FactorySettings settings;
  std::string oracle;
  std::string type;
  std::string message;
  bool by_default;  // the default schedule fails, too; if false, it must pass
};

const std::vector<Planted>& planted() {
  static const std::vector<Planted> all = {
      {"guard_off_by_one", {10, 5, 7, 32}, "stray-lane", "", "went on behind the guard", true},
      {"guard_off_by_one",
       {10, 5, 10, 32},
       "no-exception",
       "OutOfBounds",
       "write of 4 bytes at index 10 of global buffer \"output\", which has 10 elements (block 0, thread 10)",
       true},
      {"guard_off_by_one", {32, 5, 32, 32}, "", "", "", false},
      {"guard_missing", {10, 5, 7, 32}, "no-exception", "OutOfBounds", "global buffer \"output\"", true},
      {"guard_missing", {32, 5, 31, 32}, "stray-lane", "", "went on behind the guard", true},
      {"guard_missing", {32, 5, 32, 32}, "", "", "", false},
      {"guard_in_block", {64, 5, 7, 32}, "stray-lane", "", "went on behind the guard", true},
      {"guard_in_block", {10, 5, 7, 32}, "", "", "", false},
      {"writes_beside", {10, 5, 7, 32}, "prefix-invariant", "", "output[0] is 0, must be 1", true},
      {"writes_beside", {10, 5, 10, 32}, "no-exception", "OutOfBounds", "index 10 of global buffer \"output\"", true},
      {"uninitialised_read",
       {10, 5, 7, 32},
       "no-exception",
       "UninitialisedRead",
       "read of 4 bytes at index 0 of local buffer \"buffer\", which nobody has written (block 0, thread 0)",
       true},
      {"uninitialised_register", {10, 5, 7, 32}, "prefix-invariant", "", "output[1] is nan", true},
      {"uninitialised_register", {10, 5, 1, 32}, "", "", "", false},
      {"uninitialised_read", {10, 5, 0, 32}, "", "", "", false},
      {"clears_too_much",
       {10, 5, 7, 32},
       "no-exception",
       "OutOfBounds",
       "clears_too_much_allocator.cu:6: write of 4 bytes at index 5 of local buffer \"buffer\", which has 5 elements",
       true},
      {"end_of_buffer", {10, 5, 7, 32}, "no-exception", "OutOfBounds", "index 5 of local buffer \"buffer\"", true},
      {"end_of_buffer", {10, 5, 0, 32}, "", "", "", false},
      {"racy_counter",
       {10, 5, 7, 32},
       "no-exception",
       "DataRace",
       "read at racy_counter.cu:8 and write at racy_counter.cu:9 of index 0 of global buffer \"taken\"",
       true},
      {"racy_counter", {10, 5, 1, 32}, "", "", "", false},
      {"atomic_counter", {10, 5, 7, 32}, "", "", "", false},
      {"atomic_counter", {100, 5, 70, 32}, "", "", "", false},
      {"atomic_twice", {10, 5, 7, 32}, "prefix-invariant", "", "must be 1", false},
      {"atomic_twice", {10, 5, 1, 32}, "", "", "", false},
      {"last_thread_checks", {100, 5, 70, 32}, "", "", "", false},
      {"blocks_race",
       {64, 5, 64, 32},
       "no-exception",
       "DataRace",
       "write at blocks_race.cu:6 and write at blocks_race.cu:7 of index 0 of global buffer \"output\"",
       true},
      {"blocks_race", {32, 5, 32, 32}, "", "", "", false},
      {"barrier_missing",
       {32, 5, 32, 32},
       "no-exception",
       "DataRace",
       "write at barrier_missing.cu:8 and read at barrier_missing.cu:11 of index",
       true},
      {"barrier_missing", {1, 5, 1, 1}, "", "", "", false},
      {"barrier_used", {70, 5, 65, 32}, "", "", "", false},
      {"barrier_divergent", {10, 5, 7, 32}, "no-exception", "BarrierDivergence", "7 of 32 threads", true},
      {"barrier_divergent", {32, 5, 32, 32}, "", "", "", false},
      {"shared_overflow",
       {64, 5, 64, 64},
       "no-exception",
       "OutOfBounds",
       "index 32 of shared buffer \"tile\", which has 32 elements",
       true},
      {"shared_overflow", {64, 5, 64, 32}, "", "", "", false},
      {"warp_sum", {64, 5, 64, 64}, "", "", "", false},
      {"warp_sum", {32, 5, 31, 32}, "prefix-invariant", "", "output[0] is 0", true},
      {"warp_mask_wrong",
       {2, 5, 2, 32},
       "no-exception",
       "WarpMismatch",
       "warp_mask_wrong.cu:6: __any_sync() with mask 0x00000001, which does not name the calling lane 1",
       true},
      {"warp_mask_wrong", {2, 5, 1, 32}, "", "", "", false},
      {"warp_functions_mixed", {2, 5, 2, 32}, "no-exception", "WarpMismatch", "with the same mask 0xffffffff", true},
      {"warp_functions_mixed", {2, 5, 1, 32}, "", "", "", false},
      {"warp_shuffle_dead", {8, 5, 8, 8}, "prefix-invariant", "", "output[7] is nan", true},
      {"warp_shuffle_dead", {32, 5, 32, 32}, "", "", "", false},
      {"warp_sync_missing", {32, 5, 32, 32}, "no-exception", "DataRace", "of shared buffer \"tile\"", true},
      {"warp_sync_used", {32, 5, 32, 32}, "", "", "", false},
      {"warp_sync_used", {64, 5, 64, 64}, "no-exception", "DataRace", "of shared buffer \"tile\"", true},
      {"loops_for_ever", {2, 5, 1, 32}, "step-limit", "", "did not end", true},
      {"loops_for_ever", {2, 5, 0, 32}, "", "", "", false},
  };
  return all;
}

std::vector<RunResult> run_under_drawn_schedules(const Planted& p) {
  std::vector<Case> cases(p.by_default ? 1 : kSchedules, host_case(p.settings, p.program));
  for (std::uint64_t i = 1; i < cases.size(); ++i) {  // the first is the default schedule
    cases[i].schedule = DrawnForm{.strategy = i % 2 == 0 ? DrawnStrategy::kSticky : DrawnStrategy::kPct, .seed = i};
  }
  auto results = run_cases(host_target(), cases, {});
  if (!results) throw std::runtime_error(p.program + ": " + results.error().message);
  return std::move(*results);
}

bool as_said(const Planted& p, const Verdict& verdict) {
  return verdict.failure && verdict.failure->oracle == p.oracle && verdict.failure->exception_type == p.type &&
         verdict.failure->message.find(p.message) != std::string::npos;
}

TEST(HostPlanted, GetTheirVerdicts) {
  for (const Planted& p : planted()) {
    const auto results = run_under_drawn_schedules(p);
    const RunResult* failing = nullptr;
    for (const RunResult& result : results) {
      if (result.verdict.kind == VerdictKind::kPass) continue;
      failing = &result;
      break;
    }
    const std::string got = failing == nullptr ? "pass"
                            : failing->verdict.failure
                                ? failing->verdict.failure->oracle + ": " + failing->verdict.failure->exception_type +
                                      ": " + failing->verdict.failure->message
                                : failing->verdict.reason;
    EXPECT_EQ(failing == nullptr, p.oracle.empty()) << p.program << " got " << got;
    if (p.oracle.empty() || failing == nullptr) continue;
    EXPECT_TRUE(as_said(p, failing->verdict)) << p.program << " got " << got;
    EXPECT_EQ(results[0].verdict.kind == VerdictKind::kFail, p.by_default) << p.program;
    const auto count = replay(host_target(), failing->recorded, bucket_of(*failing->verdict.failure), 20);
    ASSERT_TRUE(count);
    EXPECT_TRUE(count->deterministic()) << p.program;
  }
}

TEST(HostPlanted, AreAllThere) {
  std::set<std::string> programs;
  for (const Planted& p : planted()) programs.insert(p.program);
  EXPECT_EQ(programs.size(), 24U);
}

}  // namespace
}  // namespace straylane
