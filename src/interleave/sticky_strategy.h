#pragma once

#include "domain/random_source.h"
#include "interleave/strategy.h"

namespace straylane {

// Random walk that stays with a thread: at each choice point it switches with probability 1/n, n drawn once per run
// from 2..15, to an enabled thread drawn uniformly. Mixing the rates finds what needs few switches and what needs many;
// one uniform rate misses schedules in which a thread must be starved.
class StickyStrategy final : public Strategy {
 public:
  explicit StickyStrategy(std::uint64_t seed);
  ThreadIndex pick(const ChoicePoint& point) override;

 private:
  RandomSource random_;
  std::uint64_t rate_;
};

}  // namespace straylane
