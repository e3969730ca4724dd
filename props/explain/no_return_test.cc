#include "explain/no_return.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "props/cases.h"
#include "props/stub_target.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

NoReturn explain(const std::string& program, const RecordedForm& choices, FactorySettings settings = {2, 1, 2, 2}) {
  StubTarget target;
  const Case failing = make_case(program, settings, choices);
  const auto run = run_case(target, failing, {.trace = true, .events = true, .strict = true});
  const std::string bucket = bucket_of(*run->verdict.failure);
  GuidedSession session(guided_runs(target, bucket, {.steps_max = 4'000}), failing, {});
  return *find_no_return(session, run->observation);
}

// Once both threads have read the same value, both write the same.
TEST(NoReturn, OfTheLostUpdateIsTheSecondRead) {
  const NoReturn r = explain("lost-update", {{ThreadId{0, 0}, 4, ThreadId{0, 1}, std::nullopt}});
  ASSERT_TRUE(r.jump && r.jump_act && r.certain && r.certain_act);
  EXPECT_EQ(r.jump_act->stretch.thread, (ThreadId{0, 1}));  // it begins when the first thread is about to write
  EXPECT_EQ(r.certain_act->stretch.thread, (ThreadId{0, 1}));
  EXPECT_EQ(r.certain_act->place.statement, "x = state.count");
  EXPECT_EQ(r.certain_act->note, "reads state.count: 0");
  const Chance& certain = r.curve[*r.certain];
  EXPECT_EQ(certain.failed, 100U);
  EXPECT_LT(r.curve[*r.certain - 1].high, certain.low);
  EXPECT_EQ(certain.steps, r.curve[*r.certain - 1].steps + 1);  // to the step
  EXPECT_EQ(r.stopped_early, "");
}

// After the first thread has put the real module back before the second has looked up.
TEST(NoReturn, OfTheSwapRaceIsTheRestore) {
  const NoReturn r = explain("swap-race", {{ThreadId{0, 0}, 5, ThreadId{0, 1}, std::nullopt},
                                           {ThreadId{0, 1}, 6, ThreadId{0, 0}, std::nullopt}});
  ASSERT_TRUE(r.certain_act);
  EXPECT_LT(r.curve.front().estimate(), 0.9);
  EXPECT_EQ(r.certain_act->stretch.thread, (ThreadId{0, 0}));
  EXPECT_EQ(r.certain_act->note, "allocator_factory.cuda: fake -> real");
}

TEST(NoReturn, WhatFailsWheneverHasNoJump) {
  const NoReturn r = explain("stray", {}, {20, 5, 3, 32});
  EXPECT_FALSE(r.jump);
  EXPECT_EQ(r.certain, std::optional<std::size_t>(0));
}

TEST(NoReturn, SaysThatItStoppedEarly) {
  StubTarget target;
  const Case failing = make_case("lost-update", {2, 1, 2, 2}, RecordedForm{{ThreadId{0, 0}, 4, ThreadId{0, 1}, {}}});
  const auto run = run_case(target, failing, {.trace = true});
  GuidedSession session(guided_runs(target, bucket_of(*run->verdict.failure)), failing, {.executions_max = 250});
  const auto r = find_no_return(session, run->observation);
  ASSERT_TRUE(r.has_value());
  EXPECT_NE(r->stopped_early, "");
  EXPECT_EQ(r->curve.size(), 2U);
}

RC_GTEST_PROP(NoReturn, TheIntervalHoldsTheShareAndNarrows, ()) {
  const auto runs = *rc::gen::inRange<std::uint32_t>(1, 10'000);
  const auto failed = *rc::gen::inRange<std::uint32_t>(0, runs + 1);
  const Chance chance = chance_of(7, runs, failed);
  RC_ASSERT(0 <= chance.low && chance.low <= chance.estimate() && chance.estimate() <= chance.high && chance.high <= 1);
  const Chance more = chance_of(7, runs * 4, failed * 4);
  RC_ASSERT(more.high - more.low < chance.high - chance.low);
}

TEST(NoReturn, TheIntervalIsWilsons) {  // 9 of 10: (0.5958, 0.9821), E. B. Wilson's formula by hand
  const Chance chance = chance_of(0, 10, 9);
  EXPECT_NEAR(chance.low, 0.5958, 5e-5);
  EXPECT_NEAR(chance.high, 0.9821, 5e-5);
  EXPECT_EQ(chance_of(0, 100, 100).high, 1);
  EXPECT_NEAR(chance_of(0, 100, 100).low, 0.9630, 5e-5);
}

}  // namespace
}  // namespace straylane
