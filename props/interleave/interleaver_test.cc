#include "interleave/interleaver.h"

#include <gtest/gtest.h>

#include "interleave/strategy_factory.h"
#include "props/cases.h"
#include "props/stub_target.h"
#include "run/run_case.h"

namespace straylane {
namespace {

RunResult run(Target& target, const Case& c, const RunOptions& options = {}) {
  auto result = run_case(target, c, options);
  EXPECT_TRUE(result.has_value());
  return *result;
}

TEST(Interleaver, DeadlockIsAnObservationAndIsDrained) {
  StubTarget target;
  // Thread 0 takes A, is preempted in favour of thread 1, which takes B and waits for A.
  const RecordedForm choices = {{ThreadId{0, 0}, 4, ThreadId{0, 1}, std::nullopt}};
  const RunResult result = run(target, make_case("deadlock", {2, 1, 2, 2}, choices));
  EXPECT_EQ(result.observation.end, RunEnd::kDeadlock);
  EXPECT_EQ(result.observation.end_detail, "no thread can go on; waiting: 0:0, 0:1, m");
  EXPECT_TRUE(result.observation.dirty);
  EXPECT_EQ(result.verdict.failure->oracle, "deadlock");
  // The next case has a clean interleaver.
  const RunResult next = run(target, make_case("deadlock", {2, 1, 2, 2}));
  EXPECT_EQ(next.observation.end, RunEnd::kCompleted);
  EXPECT_EQ(next.verdict.kind, VerdictKind::kPass);
  EXPECT_FALSE(next.observation.dirty);
}

TEST(Interleaver, StepLimitIsAnObservation) {
  StubTarget target;
  const RunResult result = run(target, make_case("spin", {4, 1, 2, 4}), {.steps_max = 500});
  EXPECT_EQ(result.observation.end, RunEnd::kStepLimit);
  EXPECT_EQ(result.verdict.failure->oracle, "step-limit");
  EXPECT_LT(result.observation.yields, 600U);
  EXPECT_EQ(run(target, make_case("spin", {4, 1, 0, 4}), {.steps_max = 500}).verdict.kind, VerdictKind::kPass);
}

struct PingPong {
  Interleaver& interleaver;
  int keys[2] = {};

  static void entry(void* argument) {
    auto& self = *static_cast<PingPong*>(argument);
    const auto me = self.interleaver.current_id().index;
    do {
      self.interleaver.wake(&self.keys[1 - me]);
    } while (self.interleaver.block(&self.keys[me]));
  }
};

// Two threads that wake each other for ever pass no yield point.
TEST(Interleaver, StepLimitHoldsForThreadsThatOnlyBlock) {
  Interleaver interleaver;
  const Schedule by_default;
  const auto strategy = make_strategy(by_default, false, {}, {});
  PingPong game{interleaver};
  interleaver.begin(*strategy, {.steps_max = 1'000});
  interleaver.spawn({0, 0}, &PingPong::entry, &game);
  interleaver.spawn({0, 1}, &PingPong::entry, &game);
  while (!interleaver.ended(1) && interleaver.park_until_change()) {
  }
  EXPECT_FALSE(interleaver.drain());
  EXPECT_EQ(interleaver.end(), RunEnd::kStepLimit);
}

TEST(Interleaver, WithoutPreemptionsThreadsRunOneAfterAnother) {
  StubTarget target;
  const RunResult result = run(target, make_case("swap-race", {6, 1, 5, 3}), {.trace = true});
  EXPECT_EQ(result.verdict.kind, VerdictKind::kPass);
  EXPECT_TRUE(result.observation.choices.empty());
  EXPECT_EQ(result.observation.preemptions, 0U);
  ThreadId running = ThreadId::main();
  for (const Step& step : result.observation.trace) {
    EXPECT_TRUE(step.thread == running || running.is_main() || step.thread.is_main() || running < step.thread);
    running = step.thread;
  }
}

TEST(Interleaver, LargeGridsTakeLinearTime) {
  StubTarget target;
  const RunResult result = run(target, make_case("swap-locked", {100'000, 1, 100'000, 1'024}));
  EXPECT_EQ(result.verdict.kind, VerdictKind::kPass);
}

TEST(StrategyFactory, DescribesASite) {
  EXPECT_EQ(describe({"a/b.py", "f", "x = 1", 0, 7}), "a/b.py:7 (f): x = 1");
  EXPECT_EQ(describe({"a/b.py", "", "x = 1", 2, 0}), "a/b.py: x = 1 [occurrence 2]");
}

}  // namespace
}  // namespace straylane
