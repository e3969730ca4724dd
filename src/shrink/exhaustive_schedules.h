#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "domain/observation.h"
#include "domain/schedule.h"

namespace straylane {

// Enumerates every schedule in search form with at most `preemptions_max` preemptions, of one program at fixed
// settings: first the empty one, then all with one preemption, then all with two, and so on. No two schedules behave
// alike, and every entry of a schedule takes effect.
//
// It works level by level. The run of a schedule shows how many choice points follow its last preemption. The first run
// at each of these choice points (pick 0) shows how many other threads can be picked. Both numbers are kept for one
// level, so no run is wasted on finding the end. The runs need no trace.
//
//   for (auto batch = schedules.next(32); !batch.empty(); batch = schedules.next(32)) {
//     run the batch, and call schedules.observed for each observation, in order
//   }
//
// If `next` is asked for one schedule at a time, each level is in lexicographic order of (gap, pick), (gap, pick), ....
// In larger batches, the picks other than 0 of a choice point follow in a later batch.
class ExhaustiveSchedules {
 public:
  explicit ExhaustiveSchedules(std::uint32_t preemptions_max);

  // Gives at most `count` schedules of one level; none at the end.
  // Precondition: all schedules given before have been observed.
  std::vector<SearchForm> next(std::size_t count = 1);
  void observed(const Observation& observation);

  std::uint32_t level() const { return level_; }  // the number of preemptions of the present schedules
  // Schedules observed so far, by their number of preemptions.
  const std::vector<std::uint64_t>& counts() const { return counts_; }

 private:
  struct Node {
    SearchForm schedule;
    std::uint32_t choice_points_after = 0;
  };

  std::optional<SearchForm> next_one();
  bool start_next_level();

  std::uint32_t preemptions_max_;
  std::uint32_t level_ = 0;
  std::vector<Node> parents_;   // of the previous level
  std::vector<Node> children_;  // of this level, in the order in which they were observed
  std::size_t parent_ = 0;      // index of the parent whose extensions are given now
  std::uint32_t gap_ = 0;       // the next gap of that parent
  // The empty schedule first; then more picks at observed choice points.
  std::deque<SearchForm> picks_ = {SearchForm{}};
  std::deque<SearchForm> pending_;  // given but not yet observed
  std::vector<std::uint64_t> counts_;
};

}  // namespace straylane
