// For every puzzle with at most four threads the shrinker reaches the smallest number of switches. An enumeration that
// shares no code with it shows that. A switch is a choice that differs from the default rule, as a recorded schedule
// lists it: a preemption or, where a thread waits or ends, another thread than the lowest.
#include <gtest/gtest.h>

#include <optional>

#include "props/puzzles/puzzle_target.h"
#include "props/shrink/schedule_tree.h"
#include "run/same_bucket.h"
#include "search/portfolio.h"
#include "shrink/shrink.h"

namespace straylane {
namespace {

constexpr int kThreadsMax = 4;
constexpr std::uint64_t kSeeds = 3;
constexpr int kSchedulesMax = 100'000;

std::optional<RunResult> failure_of(Target& target, const Case& base, std::uint64_t seed) {
  Portfolio surw({.seed = seed, .strategy = "surw", .program = base.program, .calls = base.calls},
                 target.info().program.schema);
  for (int i = 0; i < kSchedulesMax; ++i) {
    auto result = run_case(target, surw.next(), {});
    if (!result) return std::nullopt;
    surw.observed(*result);
    if (result->verdict.failure) return std::move(*result);
  }
  return std::nullopt;
}

std::size_t switches_of(const Case& c) { return std::get<RecordedForm>(c.schedule).size(); }

void expect_fewest(Target& target, const Case& base) {
  std::optional<std::size_t> fewest;  // from the first seed
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto found = failure_of(target, base, seed);
    ASSERT_TRUE(found.has_value()) << base.program << ", seed " << seed;
    const RunMany runs = same_bucket_runs(target, bucket_of(*found->verdict.failure));
    const auto shrunk = shrink(runs, target.info().program.schema, found->recorded);
    ASSERT_TRUE(shrunk.has_value());
    const Case& minimal = shrunk->shrunk.minimal_any_shape.failing;
    if (!fewest) {
      ScheduleTree as_many{runs, minimal, static_cast<std::uint32_t>(switches_of(minimal))};
      EXPECT_TRUE(as_many.any_fails()) << base.program << ": the enumeration misses what the shrinker found";
      if (switches_of(minimal) > 0) {
        ScheduleTree fewer{runs, minimal, static_cast<std::uint32_t>(switches_of(minimal) - 1)};
        EXPECT_FALSE(fewer.any_fails()) << base.program;
        std::printf("%s: %zu switches; %lu schedules with fewer, none fails\n", base.program.c_str(),
                    switches_of(minimal), fewer.runs);
      }
      fewest = switches_of(minimal);
    }
    EXPECT_EQ(switches_of(minimal), *fewest) << base.program << ", seed " << seed;
  }
}

TEST(PuzzleMinima, SwitchesAreTheFewestOfAllSchedules) {
  PuzzleTarget target;
  for (const PuzzleKind& kind : puzzle_kinds()) {
    if (kind.threads > kThreadsMax) continue;
    for (const bool spawned : {false, true}) expect_fewest(target, puzzle_case(kind, spawned));
  }
}

// A check that must come last although all threads start together. At least one of the two switches is where a thread
// ends.
TEST(PuzzleMinima, AMinimumOfForcedChoicesIsNotCalledProven) {
  PuzzleTarget target;
  const auto found = failure_of(target, puzzle_case(account(), false), 1);
  ASSERT_TRUE(found.has_value());
  const auto shrunk = shrink(same_bucket_runs(target, bucket_of(*found->verdict.failure)), target.info().program.schema,
                             found->recorded);
  ASSERT_TRUE(shrunk.has_value());
  const Minimum& minimal = shrunk->shrunk.minimal_any_shape;
  EXPECT_EQ(switches_of(minimal.failing), 2U);
  EXPECT_LT(minimal.preemptions, 2U);
  EXPECT_FALSE(minimal.proven);
  EXPECT_EQ(minimal.not_proven, "some of its choices are made where a thread waits or ends");
}

}  // namespace
}  // namespace straylane
