// Each puzzle has a bug that some schedules meet and others do not. For the small puzzles, checks how many preemptions
// the bug needs.
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "props/puzzles/puzzle_target.h"
#include "run/run_case.h"
#include "search/reads_from_pool.h"
#include "shrink/exhaustive_schedules.h"

namespace straylane {
namespace {

constexpr std::uint32_t kPreemptionsMax = 5;
constexpr int kSchedulesMax = 3'000;

RunResult run(Target& target, const Case& c) {
  auto result = run_case(target, c, {});
  EXPECT_TRUE(result.has_value());
  return *result;
}

// The fewest preemptions with which any schedule fails, or nothing if none does.
std::optional<std::uint32_t> exhaustive_minimum(Target& target, const PuzzleKind& kind, bool spawned) {
  ExhaustiveSchedules schedules(kPreemptionsMax);
  for (auto batch = schedules.next(); !batch.empty(); batch = schedules.next()) {
    const RunResult result = run(target, puzzle_case(kind, spawned, batch.front()));
    if (result.verdict.failure) return schedules.level();
    schedules.observed(result.observation);
  }
  return std::nullopt;
}

TEST(Puzzles, FailUnderSomeSchedulesAndPassUnderOthers) {
  PuzzleTarget target;
  for (const PuzzleKind& kind : puzzle_kinds()) {
    for (const bool spawned : {false, true}) {
      ReadsFromPool pool;
      RandomSource random(1);
      int failed = 0, passed = 0;
      for (int i = 0; i < kSchedulesMax && (failed == 0 || passed == 0); ++i) {
        DrawnForm drawn{i % 2 == 0 ? DrawnStrategy::kReadsFrom : DrawnStrategy::kSticky, random.next()};
        if (i % 2 == 0) drawn.constraints = pool.next(random);
        const RunResult result = run(target, puzzle_case(kind, spawned, drawn));
        ++(result.verdict.failure ? failed : passed);
        pool.observed(drawn.constraints, result.observation);
      }
      // The needles need more schedules than these. Trying all of them, below, shows that they fail.
      if (!kind.name.starts_with("needle")) {
        EXPECT_GT(failed, 0) << kind.name << " spawned " << spawned;
      }
      EXPECT_GT(passed, 0) << kind.name << " spawned " << spawned;
    }
  }
}

// Tries all schedules with fewer preemptions. If its threads start together, `account` needs a choice where the running
// thread cannot go on, because the check must come last and the default rule lets the lowest thread go on. The search
// form has no such choices.
TEST(Puzzles, TheFewestPreemptionsOfTheSmallOnes) {
  struct Fewest {
    std::optional<std::uint32_t> together;
    std::optional<std::uint32_t> spawned;
  };
  const std::map<std::string, Fewest> expected = {
      {"reorder_3", {1, 1}},  {"twostage", {1, 1}}, {"wronglock_3", {1, 1}}, {"account", {std::nullopt, 2}},
      {"deadlock01", {1, 1}}, {"lazy01", {0, 0}},   {"carter01", {1, 1}},    {"bluetooth_driver", {1, 1}},
      {"token_ring", {1, 1}}, {"stack", {1, 1}},    {"qsort_mt", {1, 1}},    {"needle_3", {4, 4}},
      {"needle_4", {5, 5}}};
  PuzzleTarget target;
  std::size_t small = 0;
  for (const PuzzleKind& kind : puzzle_kinds()) {
    if (kind.threads > 4) continue;
    ++small;
    ASSERT_EQ(expected.count(kind.name), 1U) << kind.name;
    const Fewest& fewest = expected.at(kind.name);
    EXPECT_EQ(exhaustive_minimum(target, kind, false), fewest.together) << kind.name;
    EXPECT_EQ(exhaustive_minimum(target, kind, true), fewest.spawned) << kind.name << kSpawned;
  }
  EXPECT_EQ(small, expected.size());
}

TEST(Puzzles, ADrawnScheduleIsDataAndReplays) {
  const PuzzleKind kind = twostage(5);
  ReadsFromPool pool;
  RandomSource random(3);
  PuzzleTarget target;
  for (int i = 0; i < 50; ++i) {
    DrawnForm drawn{DrawnStrategy::kReadsFrom, random.next()};
    drawn.constraints = pool.next(random);
    const Case c = puzzle_case(kind, true, drawn);
    const RunResult first = run(target, c);
    PuzzleTarget other;
    EXPECT_EQ(run(other, c).observation, first.observation);
    EXPECT_EQ(run(other, first.recorded).observation.trace_digest, first.observation.trace_digest);
    pool.observed(drawn.constraints, first.observation);
  }
}

}  // namespace
}  // namespace straylane
