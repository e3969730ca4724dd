#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "props/cases.h"
#include "props/shrink/predicate_runs.h"
#include "props/stub_target.h"
#include "run/same_bucket.h"
#include "shrink/exhaustive_proofs.h"
#include "shrink/exhaustive_schedules.h"
#include "shrink/shrink.h"

namespace straylane {
namespace {

constexpr std::uint64_t kExecutions = 50'000;

Case settings_only(FactorySettings settings) { return make_case("planted", settings, RecordedForm{}); }

TEST(SmallerSettings, EverySmallerSettingsIsRunOnce) {
  std::vector<Settings> seen;
  const RunMany runs = predicate_runs([&](const Case& c) {
    seen.push_back(c.calls.front());
    return false;
  });
  const FactorySettings most{3, 2, 2, 2};
  ShrinkSession session(runs, factory_schema(), kExecutions);
  const auto proof = prove_no_smaller_settings(session, settings_only(most), 0, kExecutions);
  EXPECT_TRUE(proof.result.proven);
  EXPECT_EQ(proof.result.reason, "");
  // array_size 1: n_threads 0, 1; 2: 0, 1, 2; 3: 0, 1, 2. Times two buffer sizes and two block sizes, but for itself.
  EXPECT_EQ(proof.result.settings, 8U * 2 * 2 - 1);
  EXPECT_EQ(proof.result.cases, proof.result.settings);
  ASSERT_EQ(seen.size(), proof.result.settings);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_TRUE(factory_schema().validate(seen[i]).has_value());
    EXPECT_LT(session.size_of(settings_only(FactorySettings::of(seen[i]))), session.size_of(settings_only(most)));
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(seen[i], seen[k]);
  }
}

TEST(SmallerSettings, ASmallerOneThatFailsIsFound) {
  const Settings planted{2, 2, 1, 1};
  ShrinkSession session(predicate_runs([&](const Case& c) { return c.calls.front() == planted; }), factory_schema(),
                        kExecutions);
  const auto proof = prove_no_smaller_settings(session, settings_only({3, 2, 2, 2}), 0, kExecutions);
  EXPECT_FALSE(proof.result.proven);
  ASSERT_TRUE(proof.found.has_value());
  EXPECT_EQ(proof.found->calls.front(), planted);
}

TEST(SmallerSettings, WhatIsTooMuchIsNotBegunAndSaid) {
  ShrinkSession session(predicate_runs([](const Case&) { return false; }), factory_schema(), kExecutions);
  const auto large = prove_no_smaller_settings(session, settings_only({780, 13, 201, 32}), 0, kExecutions);
  EXPECT_FALSE(large.result.proven);
  EXPECT_EQ(large.result.cases, 0U);
  EXPECT_EQ(large.result.reason, "about 65544960 smaller settings, more than 50000 executions");
  Case two = settings_only({1, 1, 1, 2});
  two.calls.push_back(two.calls.front());
  EXPECT_EQ(prove_no_smaller_settings(session, two, 0, kExecutions).result.reason, "2 calls");
  EXPECT_EQ(session.executions(), 0U);
  const auto few = prove_no_smaller_settings(session, settings_only({3, 2, 2, 2}), 0, 20);
  EXPECT_FALSE(few.result.proven);
  EXPECT_EQ(few.result.reason, "about 36 smaller settings, more than 20 executions");
}

TEST(SmallerSettings, ABoundThatIsReachedOnTheWayIsSaid) {
  StubTarget target;
  ShrinkSession session(same_bucket_runs(target, "none"), factory_schema(), kExecutions);
  const auto proof = prove_no_smaller_settings(session, make_case("swap-race", {2, 1, 2, 2}, RecordedForm{}), 2, 100);
  EXPECT_FALSE(proof.result.proven);
  EXPECT_EQ(proof.result.cases, 100U);
  EXPECT_EQ(proof.result.reason, "more than 100 smaller cases");
}

// The whole shrink with its proof. Another test compares the count with an enumeration of its own.
TEST(SmallerSettings, AShrinkEndsWithTheProof) {
  StubTarget target;
  for (const char* program : {"swap-race", "lost-update", "deadlock"}) {
    for (std::uint64_t seed = 0, shrunk = 0; shrunk < 2; ++seed) {
      const auto found = run_case(target, make_case(program, {6, 3, 5, 4}, sticky(seed)), {});
      ASSERT_TRUE(found.has_value());
      if (!found->verdict.failure) continue;
      ++shrunk;
      const std::string bucket = bucket_of(*found->verdict.failure);
      const auto result = shrink(same_bucket_runs(target, bucket), factory_schema(), found->recorded,
                                 {.settings_proof_executions_max = kExecutions});
      ASSERT_TRUE(result.has_value());
      EXPECT_TRUE(result->shrunk.smaller_settings->proven)
          << program << ": " << result->shrunk.smaller_settings->reason;
      EXPECT_EQ(result->shrunk.minimal_any_shape.failing.calls, (std::vector<Settings>{{2, 1, 2, 2}}));
      // array_size 1: n_threads 0, 1; 2: 0, 1, 2. Two block sizes, but for itself.
      EXPECT_EQ(result->shrunk.smaller_settings->settings, 9U);
      std::printf("%s: %lu smaller cases were run and none fails\n", program, result->shrunk.smaller_settings->cases);
      EXPECT_GT(result->shrunk.smaller_settings->cases, result->shrunk.smaller_settings->settings);
    }
  }
}

// A shrink at a local minimum goes on from the case that the proof finds.
TEST(SmallerSettings, WhatTheProofFindsIsShrunkFurther) {
  const std::vector<Settings> failing = {{9, 7, 8, 6}, {4, 5, 1, 3}};
  const RunMany runs = predicate_runs(
      [&](const Case& c) { return std::find(failing.begin(), failing.end(), c.calls.front()) != failing.end(); });
  const Case start = settings_only(FactorySettings::of(failing[0]));
  const auto without = shrink(runs, factory_schema(), start);
  ASSERT_TRUE(without.has_value());
  EXPECT_EQ(without->shrunk.minimal_any_shape.failing.calls.front(), failing[0]) << "no local minimum: plant another";
  const auto with = shrink(runs, factory_schema(), start, {.settings_proof_executions_max = kExecutions});
  ASSERT_TRUE(with.has_value());
  EXPECT_EQ(with->shrunk.minimal_any_shape.failing.calls.front(), failing[1]);
  EXPECT_TRUE(with->shrunk.smaller_settings->proven);
}

// At settings with at most four threads, the number of preemptions is the smallest possible. An enumeration shows that,
// which shares only the order of schedules with the shrinker.
TEST(SmallerSettings, PreemptionsAreTheFewestOfAllSchedules) {
  StubTarget target;
  for (const char* program : {"swap-race", "lost-update", "deadlock", "two-bugs"}) {
    for (const std::int64_t threads : {2, 3, 4}) {
      for (std::uint64_t seed = 0, shrunk = 0; shrunk < 3; ++seed) {
        const auto found = run_case(target, make_case(program, {threads, 1, threads, threads}, sticky(seed)), {});
        ASSERT_TRUE(found.has_value());
        if (!found->verdict.failure) continue;
        ++shrunk;
        const RunMany runs = same_bucket_runs(target, bucket_of(*found->verdict.failure));
        const auto result = shrink(runs, factory_schema(), found->recorded);
        ASSERT_TRUE(result.has_value());
        const Minimum& minimal = result->shrunk.minimal_any_shape;
        ASSERT_GT(minimal.preemptions, 0U);
        ExhaustiveSchedules schedules(minimal.preemptions);
        std::optional<std::uint32_t> fewest;
        for (auto batch = schedules.next(32); !batch.empty() && !fewest; batch = schedules.next(32)) {
          std::vector<Case> cases(batch.size(), minimal.failing);
          for (std::size_t i = 0; i < batch.size(); ++i) cases[i].schedule = batch[i];
          const auto ran = runs(cases, false);
          ASSERT_TRUE(ran.has_value());
          for (const auto& [fails, observation] : *ran) {
            if (fails && !fewest) fewest = observation.preemptions;
            schedules.observed(observation);
          }
        }
        EXPECT_EQ(fewest, minimal.preemptions) << program << ", " << threads << " threads, seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace straylane
