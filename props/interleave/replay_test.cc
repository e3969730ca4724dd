#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "props/cases.h"
#include "props/stub_target.h"
#include "run/run_case.h"

namespace straylane {
namespace {

const RunOptions kTraced{.trace = true, .steps_max = 3'000};
const RunOptions kStrict{.trace = true, .strict = true, .steps_max = 3'000};

RunResult run(Target& target, const Case& c, const RunOptions& options = kTraced) {
  auto result = run_case(target, c, options);
  RC_ASSERT(result.has_value());
  return *result;
}

Case any_case() {
  const auto program = *rc::gen::element<std::string>("swap-race", "swap-locked", "lost-update", "two-bugs", "deadlock",
                                                      "stray", "needle", "spin");
  Case c = make_case(program, *small_settings(), *unrecorded_schedule());
  if (*rc::gen::inRange(0, 4) == 0) c.calls.push_back(*small_settings());
  return c;
}

RC_GTEST_PROP(Replay, SameCaseGivesTheSameObservation, ()) {
  StubTarget target;
  StubTarget other;
  const Case c = any_case();
  const Observation first = run(target, c).observation;
  RC_ASSERT(run(target, c).observation == first);
  RC_ASSERT(run(other, c).observation == first);
}

RC_GTEST_PROP(Replay, RecordedFormGivesTheSameRun, ()) {
  StubTarget target;
  const RunResult first = run(target, any_case());
  const RunResult again = run(target, first.recorded, kStrict);
  RC_ASSERT(again.observation.trace_digest == first.observation.trace_digest);
  RC_ASSERT(again.observation.trace == first.observation.trace);
  RC_ASSERT(again.recorded == first.recorded);
  RC_ASSERT(again.verdict == first.verdict);
}

RC_GTEST_PROP(Replay, TracingChangesNothing, ()) {
  StubTarget target;
  const Case c = any_case();
  Observation traced = run(target, c).observation;
  const Observation plain = run(target, c, {.steps_max = 3'000}).observation;
  traced.sites.clear();
  traced.trace.clear();
  RC_ASSERT(plain == traced);
}

// A blocked or ended thread never takes a step, and each choice is between threads that can go on.
RC_GTEST_PROP(Replay, BlockedThreadsAreNotEnabled, ()) {
  StubTarget target;
  const Observation observation = run(target, any_case()).observation;
  std::set<ThreadId> ended;
  for (std::size_t i = 0; i < observation.trace.size(); ++i) {
    const Step& step = observation.trace[i];
    RC_ASSERT(!ended.contains(step.thread));
    if (step.kind == Step::Kind::kEnded) ended.insert(step.thread);
    if (i + 1 < observation.trace.size()) RC_ASSERT(observation.trace[i + 1].thread == step.next);
    if (step.kind == Step::Kind::kGoOn) RC_ASSERT(step.next == step.thread);
    if (step.kind == Step::Kind::kPreempted) RC_ASSERT(step.next != step.thread);
  }
}

// While a thread holds the lock of swap-locked, other threads wait for it and take no step. So a run cannot have more
// yield points than its threads need.
TEST(Replay, WaitingForALockIsNotARetry) {
  StubTarget target;
  std::uint64_t most = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto result = run_case(target, make_case("swap-locked", {8, 1, 8, 8}, sticky(seed)), {});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->verdict.kind, VerdictKind::kPass);
    most = std::max(most, result->observation.yields);
  }
  // Per thread: start, grid, call, acquire, set, look up, acquire, restore, write, end, and two waits at most for each
  // of the other threads; `m`: its starts and a poll for every end and wait.
  EXPECT_LT(most, 8 * 10 + 8 + 2 * (2 * 8 * 8 + 8));
}

Case failing_swap_race(StubTarget& target) {
  for (std::uint64_t seed = 0;; ++seed) {
    const auto result = run_case(target, make_case("swap-race", {4, 1, 4, 4}, sticky(seed)), {});
    if (result && result->verdict.failure) return result->recorded;
  }
}

TEST(Replay, StrictRefusesAChangedSiteAndNamesBoth) {
  StubTarget target;
  Case c = failing_swap_race(target);
  Choice& choice = std::get<RecordedForm>(c.schedule).front();
  const std::string found = choice.site->statement;
  choice.site->statement = "with a_line_that_is_gone():";
  const auto strict = run_case(target, c, {.strict = true});
  ASSERT_TRUE(strict.has_value());
  EXPECT_EQ(strict->observation.end, RunEnd::kRefused);
  EXPECT_EQ(strict->verdict.kind, VerdictKind::kDiscard);
  EXPECT_EQ(strict->verdict.reason, strict->observation.end_detail);
  EXPECT_NE(strict->verdict.reason.find("with a_line_that_is_gone():"), std::string::npos) << strict->verdict.reason;
  EXPECT_NE(strict->verdict.reason.find(found), std::string::npos) << strict->verdict.reason;

  const auto lenient = run_case(target, c, {});
  ASSERT_TRUE(lenient.has_value());
  EXPECT_EQ(lenient->observation.end, RunEnd::kCompleted);
  EXPECT_TRUE(lenient->verdict.failure.has_value());
}

TEST(Replay, StrictRefusesAChoiceThatIsNeverReached) {
  StubTarget target;
  Case c = failing_swap_race(target);
  std::get<RecordedForm>(c.schedule).push_back({ThreadId{0, 0}, 1'000, ThreadId{0, 1}, std::nullopt});
  const auto strict = run_case(target, c, {.strict = true});
  ASSERT_TRUE(strict.has_value());
  EXPECT_EQ(strict->observation.end, RunEnd::kRefused);
  EXPECT_NE(strict->observation.end_detail.find("never reached"), std::string::npos);
  const auto lenient = run_case(target, c, {});
  ASSERT_TRUE(lenient.has_value());
  EXPECT_TRUE(lenient->verdict.failure.has_value());
}

TEST(Replay, StrictRefusesASuccessorThatCannotGoOn) {
  StubTarget target;
  const auto strict = run_case(
      target, make_case("lost-update", {2, 1, 2, 2}, RecordedForm{{ThreadId{0, 0}, 2, ThreadId{0, 9}, std::nullopt}}),
      {.strict = true});
  ASSERT_TRUE(strict.has_value());
  EXPECT_EQ(strict->observation.end, RunEnd::kRefused);
  EXPECT_NE(strict->observation.end_detail.find("0:9 cannot go on"), std::string::npos);
}

}  // namespace
}  // namespace straylane
