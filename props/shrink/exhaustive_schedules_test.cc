#include "shrink/exhaustive_schedules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "props/cases.h"
#include "props/stub_target.h"
#include "run/run_case.h"

namespace straylane {
namespace {

const FactorySettings kTwoThreads{2, 1, 2, 2};

// Threads that only take `steps` steps each, and are all alive from the start. So a run is a word over thread names.
struct TinyProgram {
  std::uint32_t threads;
  std::uint32_t steps;

  // Does the same as ListStrategy on this program: after the last step of a thread, the lowest other one goes on.
  Observation run(const SearchForm& schedule) const {
    Observation observation;
    std::vector<std::uint32_t> left(threads, steps);
    std::uint32_t running = 0;
    while (true) {
      if (--left[running] == 0) {
        const auto next = std::find_if(left.begin(), left.end(), [](auto n) { return n > 0; });
        if (next == left.end()) break;
        running = static_cast<std::uint32_t>(next - left.begin());
        continue;
      }
      std::vector<std::uint32_t> others;
      for (std::uint32_t t = 0; t < threads; ++t) {
        if (t != running && left[t] > 0) others.push_back(t);
      }
      if (others.empty()) continue;
      if (observation.applied == schedule.size() ||
          observation.choice_points_after < schedule[observation.applied].gap) {
        ++observation.choice_points_after;
        continue;
      }
      observation.alternatives = static_cast<std::uint32_t>(others.size());
      running = others[schedule[observation.applied].pick % others.size()];
      observation.choice_points_after = 0;
      ++observation.applied;
    }
    return observation;
  }

  // Counts the runs with exactly k preemptions, by going through all of them step by step.
  std::uint64_t count(std::uint32_t k) const {
    std::vector<std::uint32_t> left(threads, steps);
    std::function<std::uint64_t(std::uint32_t, std::uint32_t)> from = [&](std::uint32_t running,
                                                                          std::uint32_t preemptions) {
      --left[running];
      std::uint64_t runs = 0;
      if (left[running] == 0) {
        const auto next = std::find_if(left.begin(), left.end(), [](auto n) { return n > 0; });
        if (next == left.end()) {
          runs = preemptions == 0 ? 1 : 0;
        } else {
          runs = from(static_cast<std::uint32_t>(next - left.begin()), preemptions);
        }
      } else {
        runs = from(running, preemptions);
        for (std::uint32_t t = 0; preemptions > 0 && t < threads; ++t) {
          if (t != running && left[t] > 0) runs += from(t, preemptions - 1);
        }
      }
      ++left[running];
      return runs;
    };
    return from(0, k);
  }
};

TEST(ExhaustiveSchedules, CountsAgreeWithBruteForce) {
  for (const TinyProgram program : {TinyProgram{1, 4}, TinyProgram{2, 2}, TinyProgram{2, 5}, TinyProgram{3, 3}}) {
    for (const std::size_t batch : {1, 7}) {
      ExhaustiveSchedules schedules(3);
      std::set<std::vector<std::pair<std::uint32_t, std::uint32_t>>> distinct;
      for (auto given = schedules.next(batch); !given.empty(); given = schedules.next(batch)) {
        for (const SearchForm& schedule : given) {
          const Observation observation = program.run(schedule);
          ASSERT_EQ(observation.applied, schedule.size());
          std::vector<std::pair<std::uint32_t, std::uint32_t>> key;
          for (const Preemption& p : schedule) key.emplace_back(p.gap, p.pick);
          ASSERT_TRUE(distinct.insert(key).second);
          schedules.observed(observation);
        }
      }
      for (std::uint32_t k = 0; k <= 3; ++k) {
        EXPECT_EQ(schedules.counts()[k], program.count(k)) << program.threads << "x" << program.steps << ", " << k;
      }
    }
  }
}

TEST(ExhaustiveSchedules, OneByOneTheyAreInLexicographicOrderWithinACount) {
  const TinyProgram program{3, 3};
  ExhaustiveSchedules schedules(2);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> previous;
  for (auto given = schedules.next(); !given.empty(); given = schedules.next()) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> key;
    for (const Preemption& p : given.front()) key.emplace_back(p.gap, p.pick);
    EXPECT_TRUE(key.size() > previous.size() || (key.size() == previous.size() && (key.empty() || previous < key)));
    previous = key;
    schedules.observed(program.run(given.front()));
  }
}

// Enumeration shows the true minimum of the known failure: nothing fails with fewer than two preemptions.
TEST(ExhaustiveSchedules, SwapRaceNeedsTwoPreemptions) {
  StubTarget target;
  ExhaustiveSchedules schedules(2);
  std::vector<std::uint64_t> failing(3, 0);
  std::set<std::uint64_t> digests;
  for (auto given = schedules.next(64); !given.empty(); given = schedules.next(64)) {
    std::vector<Case> batch;
    for (const SearchForm& schedule : given) batch.push_back(make_case("swap-race", kTwoThreads, schedule));
    const auto results = run_cases(target, batch, {});
    ASSERT_TRUE(results.has_value());
    for (const RunResult& result : *results) {
      ASSERT_EQ(result.observation.preemptions, schedules.level());
      ASSERT_TRUE(digests.insert(result.observation.trace_digest).second) << "two schedules behave alike";
      schedules.observed(result.observation);
      if (result.verdict.failure) ++failing[schedules.level()];
    }
  }
  for (std::size_t k = 0; k < 3; ++k) {
    std::printf("swap-race, block_size 2: %lu of %lu schedules with %zu preemptions fail\n", failing[k],
                schedules.counts()[k], k);
  }
  EXPECT_EQ(schedules.counts()[0], 1U);
  EXPECT_EQ(failing[0], 0U);
  EXPECT_EQ(failing[1], 0U);
  EXPECT_GT(failing[2], 0U);
}

}  // namespace
}  // namespace straylane
