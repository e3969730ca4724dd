#include "explain/necessary_order.h"

#include <gtest/gtest.h>

#include <set>

#include "props/cases.h"
#include "props/stub_target.h"
#include "run/same_bucket.h"
#include "shrink/shrink.h"

namespace straylane {
namespace {

struct Explained {
  Case minimal;
  Observation trace;
  NecessaryOrder order;
};

// The first failing schedule of a program, shrunk if `shrunk`, and the orderings that it needs.
Explained explain(const std::string& program, FactorySettings settings, bool shrunk = true,
                  std::uint64_t first_seed = 0) {
  StubTarget target;
  for (std::uint64_t seed = first_seed;; ++seed) {
    const auto result = run_case(target, make_case(program, settings, sticky(seed)), {.steps_max = 4'000});
    if (!result || !result->verdict.failure) continue;
    const std::string bucket = bucket_of(*result->verdict.failure);
    Explained e{result->recorded, {}, {}};
    if (shrunk) {
      e.minimal =
          shrink(same_bucket_runs(target, bucket), factory_schema(), e.minimal)->shrunk.minimal_any_shape.failing;
    }
    e.trace = run_case(target, e.minimal, {.trace = true, .events = true, .strict = true})->observation;
    GuidedSession session(guided_runs(target, bucket, {.steps_max = 4'000}), e.minimal, {});
    e.order = *find_necessary_order(session, e.trace);
    return e;
  }
}

std::string text_of(const NecessaryOrder& order) {
  std::set<std::string> lines;
  for (const NecessaryOrdering& o : order.orderings) {
    lines.insert(to_string(o.first.stretch.thread) + " " + o.first.place.statement + " (" + o.first.note + ") < " +
                 to_string(o.second.stretch.thread) + " " + o.second.place.statement + " (" + o.second.note + ")\n");
  }
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

void expect_necessary_and_enough(const NecessaryOrder& order) {
  EXPECT_EQ(order.stopped_early, "");
  EXPECT_TRUE(order.enough()) << order.held_failed << " of " << order.held_runs;
  for (const NecessaryOrdering& o : order.orderings) {
    EXPECT_TRUE(o.necessary()) << text_of(order) << o.reversed_failed << " of " << o.reversed_runs;
  }
}

// One thread finds the real module, the other sets the fake one, the first puts the real one back, the other looks up.
TEST(NecessaryOrder, OfTheSwapRaceAreEnterRestoreAndLookUp) {
  const Explained e = explain("swap-race", {2, 1, 2, 32});
  expect_necessary_and_enough(e.order);
  EXPECT_EQ(text_of(e.order),
            "0:0 fn_globs.update(orig) (allocator_factory.cuda: fake -> real) < "
            "0:1 return cuda.local.array(shape, float32) (reads allocator_factory.cuda: real)\n"
            "0:0 orig = dict((k, v) for k, v in fn_globs.items() if v is cuda) (allocator_factory.cuda is real) < "
            "0:1 fn_globs.update(repl) (allocator_factory.cuda: real -> fake)\n"
            "0:1 fn_globs.update(repl) (allocator_factory.cuda: real -> fake) < "
            "0:0 fn_globs.update(orig) (allocator_factory.cuda: fake -> real)\n");
}

// Both read before either has written: two orderings.
TEST(NecessaryOrder, OfTheLostUpdateAreTwo) {
  const Explained e = explain("lost-update", {2, 1, 2, 32});
  expect_necessary_and_enough(e.order);
  EXPECT_EQ(text_of(e.order),
            "0:0 x = state.count (reads state.count: 0) < 0:1 state.count = x + 1 (state.count: 0 -> 1)\n"
            "0:1 x = state.count (reads state.count: 0) < 0:0 state.count = x + 1 (state.count: 1 -> 1)\n");
}

// The orderings hold in the runs that fail because of them, whichever threads take which part. They hold in no run that
// passes, since they are enough if no third thread interferes, and in no run that fails for another reason.
TEST(NecessaryOrder, HoldsInTheRunsThatFailForIt) {
  StubTarget target;
  for (const char* program : {"lost-update", "swap-race"}) {
    const NecessaryOrder order = explain(program, {2, 1, 2, 32}).order;
    int failed = 0;
    int held = 0;
    for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
      const Case c = make_case(program, {2, 1, 2, 2}, sticky(seed));
      const auto result = run_case(target, c, {.trace = true, .steps_max = 4'000});
      ASSERT_TRUE(result.has_value());
      const bool fails = result->verdict.failure.has_value();
      const bool holds = order_holds_in(order, result->observation);
      failed += fails;
      held += fails && holds;
      if (!fails) {
        EXPECT_FALSE(holds) << program << ", seed " << seed;
      }
    }
    EXPECT_GT(failed, 5) << program;
    EXPECT_GT(held * 2, failed) << program;  // others fail by another order of the same statements
  }
  const NecessaryOrder swap = explain("swap-race", {2, 1, 2, 32}).order;
  EXPECT_FALSE(order_holds_in(swap, explain("lost-update", {2, 1, 2, 32}).trace));
  EXPECT_TRUE(order_holds_in(NecessaryOrder{}, Observation{}));
}

TEST(NecessaryOrder, OfTheDeadlockAreTwo) {
  const Explained e = explain("deadlock", {2, 1, 2, 32});
  expect_necessary_and_enough(e.order);
  EXPECT_EQ(e.order.orderings.size(), 2U) << text_of(e.order);
}

TEST(NecessaryOrder, WhatFailsWheneverNeedsNone) {
  const Explained e = explain("stray", {20, 5, 3, 32});
  expect_necessary_and_enough(e.order);
  EXPECT_TRUE(e.order.orderings.empty()) << text_of(e.order);
  EXPECT_EQ(order_digest(e.order), "00000000");
}

// The digest is the same at all settings that fail, because threads and lines are not part of it.
TEST(NecessaryOrder, TheDigestIsThatOfTheCause) {
  const std::string digest = order_digest(explain("swap-race", {2, 1, 2, 32}).order);
  for (std::uint64_t seed = 100; seed < 400; seed += 100) {
    EXPECT_EQ(order_digest(explain("swap-race", {9, 3, 5, 8}, true, seed).order), digest);
  }
  EXPECT_NE(order_digest(explain("lost-update", {2, 1, 2, 32}).order), digest);
}

// A case that was not shrunk has more threads and more switches than it needs. The orderings are still just enough.
TEST(NecessaryOrder, DropsWhatAnUnshrunkScheduleDoesBesides) {
  for (std::uint64_t seed = 0; seed < 300; seed += 100) {
    const Explained e = explain("lost-update", {5, 1, 4, 8}, false, seed);
    EXPECT_GE(e.order.held_failed * 10, e.order.held_runs * 9)
        << e.order.stopped_early;  // a rare schedule may be missed
    EXPECT_GT(e.order.held_runs, 0U);
    EXPECT_LE(e.order.orderings.size(), 4U) << text_of(e.order);
  }
}

TEST(NecessaryOrder, SaysThatItStoppedEarly) {
  const Explained e = explain("swap-race", {2, 1, 2, 32});
  StubTarget target;
  const std::string bucket = bucket_of(*run_case(target, e.minimal, {})->verdict.failure);
  GuidedSession few(guided_runs(target, bucket), e.minimal, {.executions_max = 100});
  const auto bounded = find_necessary_order(few, e.trace);
  ASSERT_TRUE(bounded.has_value());
  EXPECT_NE(bounded->stopped_early.find("100 of 100"), std::string::npos) << bounded->stopped_early;
  EXPECT_LE(bounded->executions, 100U);
  GuidedSession late(guided_runs(target, bucket), e.minimal, {.time_is_up = [] { return true; }});
  EXPECT_EQ(find_necessary_order(late, e.trace)->stopped_early, "the time was up");
  GuidedSession broken(
      [](std::span<const Case>, const Guide&) { return make_error(ErrorCode::kInterrupted, "interrupted"); }, e.minimal,
      {});
  EXPECT_EQ(find_necessary_order(broken, e.trace).error().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace straylane
