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
  std::uint64_t schedules_max = 2'000;  // of a seed
  double time_s = 60;                   // of a seed
  std::string only;                     // puzzles whose name has it
};

// One strategy on one puzzle: the schedules that each seed needed, up to and including the failing one.
struct PuzzleSearch {
  std::string puzzle;
  int threads = 0;
  bool spawned = false;
  std::string strategy;
  std::vector<std::uint64_t> schedules;  // of the seeds that found the bug, ascending
  std::uint32_t seeds = 0;
  double slowest_s = 0;  // seed, whether it found the bug or not

  // Over all seeds, one that found nothing counting as more than any: none where half of them did not.
  std::optional<double> median() const;
};

// "portfolio" and each of its strategies that this is asked of.
std::vector<std::string> puzzle_strategies();
std::vector<PuzzleSearch> search_puzzles(const PuzzleOptions& options,
                                         const std::function<void(const std::string&)>& say);

}  // namespace straylane
