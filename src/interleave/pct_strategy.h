#pragma once

#include <unordered_map>
#include <vector>

#include "domain/random_source.h"
#include "interleave/strategy.h"

namespace straylane {

// Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010, section 2): every thread gets a random priority,
// the enabled thread with the highest goes on, and at depth-1 random choice points the running thread falls below all.
//
//   depth          number of ordering constraints the failure needs; 1 or more
//   steps_expected choice points in a run, from an earlier run of the same size; the change points are drawn below it
class PctStrategy final : public Strategy {
 public:
  PctStrategy(std::uint64_t seed, std::uint32_t depth, std::uint32_t steps_expected);
  ThreadIndex pick(const ChoicePoint& point) override;

 private:
  std::uint64_t priority_of(ThreadIndex thread);
  ThreadIndex highest(const std::vector<ThreadIndex>& enabled);

  RandomSource random_;
  std::vector<std::uint64_t> change_points_;  // ascending
  std::size_t changes_made_ = 0;
  std::uint64_t step_ = 0;
  std::unordered_map<ThreadIndex, std::uint64_t> priorities_;
};

}  // namespace straylane
