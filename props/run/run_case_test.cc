#include "run/run_case.h"

#include <gtest/gtest.h>

#include "props/cases.h"
#include "props/stub_target.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

TEST(RunCase, InvalidSettingsAreAnErrorAndNothingIsRun) {
  StubTarget target;
  const auto invalid = run_case(target, make_case("swap-race", {10, 5, 11, 32}), {});
  ASSERT_FALSE(invalid.has_value());
  EXPECT_EQ(invalid.error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(invalid.error().message, "calls[0].n_threads is 11, must be 0..array_size = 10");

  const std::vector<Case> batch = {make_case("swap-race", {}), make_case("swap-race", {10, 0, 7, 32})};
  const auto one_invalid = run_cases(target, batch, {});
  ASSERT_FALSE(one_invalid.has_value());
  EXPECT_EQ(one_invalid.error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(one_invalid.error().message, "cases[1].calls[0].buffer_size is 0, must be 1..131072");
  EXPECT_EQ(target.executions(), 0U);
}

TEST(RunCase, AnUnknownProgramIsTheTargetsError) {
  StubTarget target;
  const auto result = run_case(target, make_case("no such program", {}), {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
}

TEST(RunCase, RecordsWhatRan) {
  StubTarget target;
  const Case c = make_case("swap-race", {2, 1, 2, 2}, SearchForm{{4, 0}});
  const auto plain = run_case(target, c, {});
  const auto traced = run_case(target, c, {.trace = true});
  ASSERT_TRUE(plain && traced);
  ASSERT_TRUE(std::holds_alternative<RecordedForm>(plain->recorded.schedule));
  EXPECT_EQ(std::get<RecordedForm>(plain->recorded.schedule), plain->observation.choices);
  EXPECT_TRUE(plain->observation.choices.front().site.has_value());
  EXPECT_TRUE(plain->recorded.sites.empty());
  EXPECT_EQ(traced->recorded.sites, traced->observation.sites);
  EXPECT_FALSE(traced->recorded.sites.empty());
  EXPECT_EQ(plain->observation.trace_digest, traced->observation.trace_digest);
}

TEST(RunCase, JudgesEveryProgram) {
  StubTarget target;
  const auto oracle_of = [&](const std::string& program, FactorySettings settings) {
    const auto result = run_case(target, make_case(program, settings), {.steps_max = 1'000});
    return result->verdict.failure ? result->verdict.failure->oracle : std::string(to_string(result->verdict.kind));
  };
  EXPECT_EQ(oracle_of("factory", {}), "pass");
  EXPECT_EQ(oracle_of("swap-race", {}), "pass");
  EXPECT_EQ(oracle_of("spin", {}), "step-limit");
  EXPECT_EQ(oracle_of("stray", {}), "stray-lane");
  EXPECT_EQ(oracle_of("stray", {7, 5, 7, 32}), "no-exception");
  EXPECT_EQ(oracle_of("stray", {32, 5, 32, 32}), "pass");
  EXPECT_EQ(oracle_of("needle", {780, 13, 201, 32}), "prefix-invariant");
  EXPECT_EQ(oracle_of("needle", {780, 13, 200, 32}), "pass");
}

TEST(RunCase, CallsAfterOneThatRaisedAreNotMade) {
  StubTarget target;
  Case c = make_case("stray", {7, 5, 7, 32});
  c.calls.push_back(FactorySettings{});
  const auto result = run_case(target, c, {});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->observation.launches.size(), 1U);
  EXPECT_EQ(result->verdict.failure->fact("stray"), 1);
}

RunResult failing(Target& target) {
  for (std::uint64_t seed = 0;; ++seed) {
    auto result = run_case(target, make_case("swap-race", {}, sticky(seed)), {});
    if (result && result->verdict.failure) return *result;
  }
}

TEST(Determinism, AFailureReplaysEveryTimeInBatches) {
  StubTarget target;
  const RunResult found = failing(target);
  const std::uint64_t batches = target.batches();
  const auto count = replay(target, found.recorded, bucket_of(*found.verdict.failure), 200);
  ASSERT_TRUE(count.has_value());
  EXPECT_EQ(*count, (ReplayCount{.times = 200, .reproduced = 200, .traces_distinct = 1}));
  EXPECT_TRUE(count->deterministic());
  EXPECT_EQ(target.batches() - batches, 4U);
}

TEST(Determinism, AnotherBucketAndARefusalAreCounted) {
  StubTarget target;
  RunResult found = failing(target);
  EXPECT_EQ(replay(target, found.recorded, "another-bucket", 3)->reproduced, 0U);
  std::get<RecordedForm>(found.recorded.schedule).front().site->file = "another.py";
  const auto count = replay(target, found.recorded, bucket_of(*found.verdict.failure), 3);
  ASSERT_TRUE(count.has_value());
  EXPECT_EQ(count->refused, 3U);
  EXPECT_EQ(count->reproduced, 0U);
}

}  // namespace
}  // namespace straylane
