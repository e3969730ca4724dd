#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "props/puzzles/puzzle.h"

namespace straylane {

struct PuzzleOptions {
  std::uint32_t seeds = 20;
  // Each seed gets this many, divided by the puzzle's threads: a schedule of a hundred threads costs as much as many
  // schedules of two. A count and not a time, so that the table is the same on every machine.
  std::uint64_t schedules_max = 600'000;
  double time_s = 60;    // processor time per seed
  std::string only;      // puzzles whose name contains it
  std::string strategy;  // this one alone; empty: all
};

// One strategy on one puzzle: the schedules that each seed needed, up to and including the failing one.
struct PuzzleSearch {
  std::string puzzle;
  int threads = 0;
  bool spawned = false;
  std::string strategy;
  std::uint32_t seeds = 0;
  std::uint64_t schedules_max = 0;       // of a seed
  std::vector<std::uint64_t> schedules;  // of the seeds that found the bug, ascending
  double slowest_s = 0;                  // processor time of a seed, whether it found the bug or not
  std::uint32_t out_of_time = 0;         // seeds that ended before schedules_max with nothing found

  // Over all seeds; a seed that found nothing counts as larger than any other. Nothing if half of the seeds found
  // nothing.
  std::optional<double> median() const;
  // Whether the two are the same search, whatever their results are.
  bool same_search(const PuzzleSearch& other) const;
};

// "portfolio" and each of its strategies except `list`, whose few preemptions only find what fails soon.
std::vector<std::string> puzzle_strategies();

// The searches that `options` ask for, without results. Spawned puzzles come first, in the order of the table.
std::vector<PuzzleSearch> planned_searches(const PuzzleOptions& options);
void make_search(PuzzleSearch& search, double time_s);

}  // namespace straylane
