#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "domain/observation.h"
#include "domain/schedule.h"

namespace straylane {

// Enumerates every schedule in search form with at most `preemptions_max` preemptions of one program at fixed settings:
// first the empty one, then all with exactly one, then exactly two. Within one count in lexicographic order of
// (gap, pick), (gap, pick), ...; no two behave alike, and all take effect to the last entry.
//
// It works level by level: the run of each schedule of one level says how many choice points follow its last
// preemption, and the first run at each of those (pick 0) how many other threads there are to pick. Both are kept for
// the schedules of one level, so that no run is spent on finding the end. Needs no trace.
//
//   while (auto batch = schedules.next(32); !batch.empty()) { run it; schedules.observed(observation of each, in order)
//   }
//
// In a batch the picks other than 0 of a choice point follow in a later batch: the order within one level is
// lexicographic only where `next` is asked for one schedule at a time.
class ExhaustiveSchedules {
 public:
  explicit ExhaustiveSchedules(std::uint32_t preemptions_max);

  // At most `count` schedules, all of the same level; empty at the end. All must be observed before the next call.
  std::vector<SearchForm> next(std::size_t count = 1);
  void observed(const Observation& observation);

  std::uint32_t level() const { return level_; }  // preemptions of the schedules that are being given
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
  bool first_given_ = false;
  std::vector<Node> parents_;       // of the level below
  std::vector<Node> children_;      // of this level, in the order of their observation
  std::size_t parent_ = 0;          // whose extensions are being given
  std::uint32_t gap_ = 0;           // the next one of `parent_`
  std::deque<SearchForm> picks_;    // further picks of choice points that have been observed
  std::deque<SearchForm> pending_;  // given, not yet observed
  std::vector<std::uint64_t> counts_;
};

}  // namespace straylane
