#include "shrink/shrink.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <optional>
#include <span>
#include <thread>

#include "domain/random_source.h"
#include "props/cases.h"
#include "props/stub_target.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

const RunOptions kOptions{.steps_max = 4'000};

#ifdef __SANITIZE_ADDRESS__
constexpr int kStarts = 10;  // ten times slower
#else
constexpr int kStarts = 100;
#endif

struct Start {
  Case failing;
  std::string bucket;
};

// The n-th failing case of a program. Each one has other settings.
class Failures {
 public:
  Failures(Target& target, std::string program) : target_(target), program_(std::move(program)) {}

  Start next() {
    for (;; ++seed_) {
      const auto array_size = 2 + static_cast<std::int64_t>(seed_ * 7 % 60);
      const FactorySettings settings{array_size, 1 + static_cast<std::int64_t>(seed_ % 9),
                                     2 + static_cast<std::int64_t>(seed_) % (array_size - 1), 32};
      Case c = make_case(program_, settings, seed_ % 5 == 4 ? pct(seed_, 3, 200) : sticky(seed_));
      const auto result = run_case(target_, c, kOptions);
      if (!result || !result->verdict.failure) continue;
      ++seed_;
      return {seed_ % 2 == 0 ? c : result->recorded, bucket_of(*result->verdict.failure)};
    }
  }

 private:
  Target& target_;
  std::string program_;
  std::uint64_t seed_ = 0;
};

CaseSize size_of(const Case& c) { return case_size(c, factory_schema()); }

Expected<ShrinkResult> shrink_start(StubTarget& target, const Start& start, const ShrinkOptions& options = {}) {
  return shrink(same_bucket_runs(target, start.bucket, kOptions), factory_schema(), start.failing, options);
}

void expect_fails(StubTarget& target, const Case& c, const std::string& bucket) {
  const auto again = run_case(target, c, kOptions);
  ASSERT_TRUE(again && again->verdict.failure);
  EXPECT_EQ(bucket_of(*again->verdict.failure), bucket);
}

// All failing cases with one cause shrink to one minimum.
void expect_one_minimum(const std::string& program, const Minimum& expected, const Minimum& expected_any_shape,
                        std::uint64_t executions_max) {
  StubTarget target;
  Failures failures(target, program);
  std::uint64_t executions = 0;
  std::uint64_t most = 0;
  for (int i = 0; i < kStarts; ++i) {
    const auto result = shrink_start(target, failures.next());
    ASSERT_TRUE(result.has_value()) << result.error().message;
    Minimum minimal = result->shrunk.minimal;
    Minimum any_shape = result->shrunk.minimal_any_shape;
    for (Minimum* minimum : {&minimal, &any_shape}) {
      EXPECT_FALSE(minimum->failing.sites.empty());
      for (Choice& choice : std::get<RecordedForm>(minimum->failing.schedule)) {
        EXPECT_TRUE(choice.site.has_value());
        choice.site.reset();
      }
      minimum->failing.sites.clear();
      minimum->failing.system = {};
    }
    ASSERT_EQ(minimal, expected) << program << ", start " << i;
    ASSERT_EQ(any_shape, expected_any_shape) << program << ", start " << i;
    executions += result->shrunk.executions;
    most = std::max(most, result->shrunk.executions);
  }
  std::printf("%s: %d of %d starts give one minimum; executions: mean %lu, most %lu\n", program.c_str(), kStarts,
              kStarts, executions / kStarts, most);
  EXPECT_LE(most, executions_max);
}

Minimum minimum(const std::string& program, FactorySettings settings, RecordedForm choices) {
  const auto preemptions = static_cast<std::uint32_t>(choices.size());
  return {.failing = make_case(program, settings, std::move(choices)),
          .preemptions = preemptions,
          .proven = true,
          .canonical = true};
}

TEST(Shrink, SwapRaceHasOneMinimum) {
  // Thread 0 has the fake module in place; thread 1 finds nothing to swap; thread 0 puts the real one back.
  const RecordedForm choices = {{ThreadId{0, 0}, 5, ThreadId{0, 1}, std::nullopt},
                                {ThreadId{0, 1}, 6, ThreadId{0, 0}, std::nullopt}};
  expect_one_minimum("swap-race", minimum("swap-race", {2, 1, 2, 32}, choices),
                     minimum("swap-race", {2, 1, 2, 2}, choices), 5'000);
}

TEST(Shrink, LostUpdateHasOneMinimum) {
  const RecordedForm choices = {{ThreadId{0, 0}, 4, ThreadId{0, 1}, std::nullopt}};
  expect_one_minimum("lost-update", minimum("lost-update", {2, 1, 2, 32}, choices),
                     minimum("lost-update", {2, 1, 2, 2}, choices), 2'500);
}

TEST(Shrink, DeadlockHasOneMinimum) {
  const RecordedForm choices = {{ThreadId{0, 0}, 4, ThreadId{0, 1}, std::nullopt}};
  expect_one_minimum("deadlock", minimum("deadlock", {2, 1, 2, 32}, choices),
                     minimum("deadlock", {2, 1, 2, 2}, choices), 2'500);
}

TEST(Shrink, WhatNeedsNoScheduleGetsNone) {
  StubTarget target;
  const Start start{make_case("stray", {20, 5, 3, 32}, sticky(1)),
                    bucket_of(*run_case(target, make_case("stray", {20, 5, 3, 32}), {})->verdict.failure)};
  const auto result = shrink_start(target, start);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->shrunk.minimal.failing.calls, (std::vector<Settings>{{1, 1, 0, 32}}));
  EXPECT_EQ(result->shrunk.minimal_any_shape.failing.calls, (std::vector<Settings>{{1, 1, 0, 1}}));
  EXPECT_TRUE(std::get<RecordedForm>(result->shrunk.minimal.failing.schedule).empty());
  EXPECT_TRUE(result->shrunk.minimal.proven);
}

// There are local minima everywhere, but an ordered search over typed fields finds the true minimum.
TEST(Shrink, NeedleIsReachedExactlyFromAnywhere) {
  StubTarget target;
  std::uint64_t most = 0;
  RandomSource random(7);
  for (int i = 0; i < kStarts; ++i) {
    const std::int64_t array_size = 780 + 7 * static_cast<std::int64_t>(random.below(i % 2 == 0 ? 100 : 100'000));
    const std::int64_t n_threads = 201 + static_cast<std::int64_t>(random.below(array_size - 200));
    Case c = make_case("needle", {array_size, 13, n_threads, 32}, sticky(i));
    if (i % 3 == 0) c.calls.insert(c.calls.begin(), FactorySettings{});
    const auto found = run_case(target, c, {});
    ASSERT_TRUE(found && found->verdict.failure);
    const auto result = shrink_start(target, {c, bucket_of(*found->verdict.failure)});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->shrunk.minimal.failing.calls, (std::vector<Settings>{{780, 13, 201, 32}}));
    EXPECT_EQ(result->shrunk.minimal_any_shape.failing.calls, (std::vector<Settings>{{780, 13, 201, 1}}));
    most = std::max(most, result->shrunk.executions);
  }
  std::printf("needle: %d of %d starts reach (780, 13, 201); executions: most %lu\n", kStarts, kStarts, most);
  EXPECT_LE(most, 6'000U);
}

TEST(Shrink, RemovesCallsThatAreNotNeeded) {
  StubTarget target;
  for (std::uint64_t seed = 0, shrunk = 0; shrunk < 5; ++seed) {
    Case c = make_case("lost-update", {6, 2, 5, 8}, sticky(seed));
    c.calls.push_back({9, 1, 9, 4});
    c.calls.push_back({3, 4, 1, 2});
    const auto found = run_case(target, c, {});
    ASSERT_TRUE(found.has_value());
    if (!found->verdict.failure) continue;
    ++shrunk;
    const auto result = shrink_start(target, {c, bucket_of(*found->verdict.failure)});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->shrunk.minimal_any_shape.failing.calls, (std::vector<Settings>{{2, 1, 2, 2}}));
    EXPECT_EQ(result->shrunk.minimal_any_shape.preemptions, 1U);
  }
}

TEST(Shrink, AMinimumReplaysStrictly) {
  StubTarget target;
  Failures failures(target, "swap-race");
  const Start start = failures.next();
  const auto result = shrink_start(target, start);
  ASSERT_TRUE(result.has_value());
  for (const Minimum& minimum : {result->shrunk.minimal, result->shrunk.minimal_any_shape}) {
    const auto count = replay(target, minimum.failing, start.bucket, 100);
    ASSERT_TRUE(count.has_value());
    EXPECT_EQ(count->reproduced, 100U);
    EXPECT_EQ(count->traces_distinct, 1U);
  }
}

TEST(Shrink, ShrinkingAMinimumChangesNothing) {
  StubTarget target;
  Failures failures(target, "swap-race");
  const Start start = failures.next();
  const auto once = shrink_start(target, start);
  ASSERT_TRUE(once.has_value());
  const auto twice = shrink_start(target, {once->shrunk.minimal.failing, start.bucket});
  ASSERT_TRUE(twice.has_value());
  EXPECT_EQ(twice->shrunk.minimal.failing, once->shrunk.minimal.failing);
}

TEST(Shrink, ACaseThatPassesIsNotReproducible) {
  StubTarget target;
  const auto result = shrink_start(target, {make_case("swap-race", {}), "some-bucket"});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kNotReproducible);
}

TEST(Shrink, AnErrorOfTheTargetIsHandedOn) {
  StubTarget target;
  Failures failures(target, "lost-update");
  const Start start = failures.next();
  const RunMany runs = same_bucket_runs(target, start.bucket, kOptions);
  int calls = 0;
  const RunMany breaks = [&](std::span<const Case> cases, bool trace) -> decltype(runs(cases, trace)) {
    if (++calls == 10) return make_error(ErrorCode::kInternal, "the worker is gone");
    return runs(cases, trace);
  };
  const auto result = shrink(breaks, factory_schema(), start.failing);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "the worker is gone");
  EXPECT_EQ(calls, 10);
}

// With any bounds, the result fails in its bucket and is not larger, and says if a bound was reached.
TEST(Shrink, BoundsAreKeptAndSaid) {
  StubTarget target;
  for (const std::uint64_t executions_max : {1, 2, 20, 200, 1'000, 2'000}) {
    Failures failures(target, "swap-race");
    const Start start = failures.next();
    const auto result = shrink_start(target, start, {.executions_max = executions_max});
    ASSERT_TRUE(result.has_value());
    EXPECT_LE(result->shrunk.executions, executions_max + ShrinkSession::kBatch);
    const auto again = run_case(target, result->shrunk.minimal.failing, kOptions);
    ASSERT_TRUE(again && again->verdict.failure);
    EXPECT_EQ(bucket_of(*again->verdict.failure), start.bucket);
    EXPECT_LE(size_of(result->shrunk.minimal.failing), result->before);
    EXPECT_EQ(result->shrunk.minimal.preemptions, again->observation.preemptions);
    EXPECT_EQ(result->shrunk.minimal_any_shape.stopped_early, "executions_max reached");
  }
}

TEST(Shrink, OutOfTimeItGivesTheSmallestSoFar) {
  StubTarget target;
  Failures failures(target, "swap-race");
  const Start start = failures.next();
  const auto none = shrink_start(target, start, {.time_s = 0});
  ASSERT_FALSE(none.has_value());  // not even the first run was made
  // Time passes while the cases run, and is used up after some batches.
  const RunMany runs = same_bucket_runs(target, start.bucket, kOptions);
  int batches = 0;
  const RunMany slow = [&](std::span<const Case> cases, bool trace) {
    if (++batches == 5) std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
    return runs(cases, trace);
  };
  const auto result = shrink(slow, factory_schema(), start.failing, {.time_s = 1});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->shrunk.minimal.stopped_early, "out of time");
  EXPECT_EQ(result->shrunk.minimal_any_shape.stopped_early, "out of time");
  EXPECT_FALSE(result->interrupted);
  expect_fails(target, result->shrunk.minimal.failing, start.bucket);
}

// Whenever the interrupt comes, the result fails in its bucket. The later it comes, the smaller the result is.
TEST(Shrink, InterruptedItGivesTheSmallestSoFar) {
  StubTarget target;
  Failures failures(target, "swap-race");
  const Start start = failures.next();
  const RunMany runs = same_bucket_runs(target, start.bucket, kOptions);
  std::optional<CaseSize> before;
  for (const int last : {0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89}) {
    int batches = 0;
    const RunMany interrupted = [&](std::span<const Case> cases, bool trace) -> decltype(runs(cases, trace)) {
      if (batches++ >= last) return make_error(ErrorCode::kInterrupted, "interrupted");
      return runs(cases, trace);
    };
    const auto result = shrink(interrupted, factory_schema(), start.failing);
    if (last == 0) {
      ASSERT_FALSE(result.has_value());
      EXPECT_EQ(result.error().code, ErrorCode::kInterrupted);
      continue;
    }
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->interrupted);
    EXPECT_EQ(result->shrunk.minimal.stopped_early, "interrupted");
    EXPECT_EQ(batches, last + 1) << "it went on after the interrupt";
    expect_fails(target, result->shrunk.minimal.failing, start.bucket);
    const CaseSize size = size_of(result->shrunk.minimal.failing);
    EXPECT_LE(size, before.value_or(result->before));
    before = size;
  }
  EXPECT_LT(*before, size_of(start.failing));
}

TEST(Shrink, AnUnprovenMinimumSaysSo) {
  StubTarget target;
  Failures failures(target, "swap-race");
  const auto result = shrink_start(target, failures.next(), {.proof_executions_max = 50});
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE(result->shrunk.minimal.proven);
  EXPECT_EQ(result->shrunk.minimal.stopped_early, "");
  EXPECT_EQ(result->shrunk.minimal.not_proven, "more schedules with fewer preemptions than proof_executions_max");
  EXPECT_EQ(result->shrunk.minimal.preemptions, 2U);
}

RC_GTEST_PROP(Shrink, NeverGrowsAndNeverLeavesItsBucket, ()) {
  StubTarget target;
  const auto program = *rc::gen::element<std::string>("two-bugs", "stray");
  Case c = make_case(program, *small_settings(), *unrecorded_schedule());
  if (*rc::gen::inRange(0, 3) == 0) c.calls.push_back(*small_settings());
  const auto found = run_case(target, c, kOptions);
  RC_ASSERT(found.has_value());
  RC_CLASSIFY(found->verdict.failure.has_value(), "fails");
  if (!found->verdict.failure) return;
  const std::string bucket = bucket_of(*found->verdict.failure);
  const auto result = shrink_start(target, {c, bucket}, {.executions_max = 4'000});
  RC_ASSERT(result.has_value());
  RC_ASSERT(result->before == size_of(found->recorded));
  RC_ASSERT(size_of(result->shrunk.minimal.failing) <= result->before);
  RC_ASSERT(size_of(result->shrunk.minimal_any_shape.failing) <= size_of(result->shrunk.minimal.failing));
  for (const Minimum& minimum : {result->shrunk.minimal, result->shrunk.minimal_any_shape}) {
    const auto again = run_case(target, minimum.failing, kOptions);
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->verdict.failure.has_value());
    RC_ASSERT(bucket_of(*again->verdict.failure) == bucket);
  }
}

TEST(CaseSize, OrdersSettingsBeforeSchedules) {
  const auto size = [](FactorySettings settings, Schedule schedule) {
    return size_of(make_case("swap-race", settings, std::move(schedule)));
  };
  const Choice pair{ThreadId{0, 0}, 5, ThreadId{0, 1}, std::nullopt};
  const Choice with_m{ThreadId{0, 0}, 1, ThreadId::main(), std::nullopt};
  const Choice third{ThreadId{0, 0}, 1, ThreadId{0, 2}, std::nullopt};
  EXPECT_LT(size({2, 9, 2, 32}, RecordedForm{pair, pair}), size({3, 1, 1, 1}, RecordedForm{}));
  EXPECT_LT(size({2, 9, 1, 32}, RecordedForm{pair}), size({2, 1, 2, 32}, RecordedForm{}));
  EXPECT_LT(size({2, 1, 2, 32}, RecordedForm{pair}), size({2, 2, 2, 1}, RecordedForm{}));
  EXPECT_LT(size({2, 1, 2, 2}, RecordedForm{pair}), size({2, 1, 2, 32}, RecordedForm{}));
  EXPECT_LT(size({}, RecordedForm{pair}), size({}, RecordedForm{pair, pair}));
  EXPECT_LT(size({}, RecordedForm{pair}), size({}, RecordedForm{with_m}));
  EXPECT_LT(size({}, RecordedForm{with_m}), size({}, RecordedForm{third}));
  EXPECT_LT(size({}, RecordedForm{third, third, third}), size({}, sticky(1)));
  Case two = make_case("swap-race", {1, 1, 1, 1});
  two.calls.push_back({1, 1, 1, 1});
  EXPECT_LT(size({100, 9, 9, 32}, RecordedForm{pair}), size_of(two));
}

}  // namespace
}  // namespace straylane
