#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/random_source.h"

namespace straylane {

// Chooses which of several arms to try next, by what each has paid for its cost: an epsilon-greedy bandit (Sutton and
// Barto, "Reinforcement Learning", chapter 2). It mostly takes one of the arms with the best recent rates. In one of
// kExploreOneIn turns it takes any arm, so that none is given up. Old rewards fade, because less and less is left to
// find. Rates that are nearly the best count as the best: if every run shows something new, small differences between
// arms do not say which of them will meet a failure.
//
// Costs are counts, not times, so the same numbers give the same choices on every machine.
class StrategyBandit {
 public:
  static constexpr std::uint64_t kExploreOneIn = 3;
  static constexpr double kAsGood = 0.75;  // of the best rate
  static constexpr double kFade = 0.98;    // what remains of earlier rewards and costs after each turn of the arm

  explicit StrategyBandit(std::size_t arms) : arms_(arms) {}

  std::size_t next(RandomSource& random) const;
  void observed(std::size_t arm, double reward, double cost);
  // The recent reward per cost. Every arm starts with one reward for the mean cost of all arms, since one turn tells
  // little.
  double rate(std::size_t arm) const { return (arms_[arm].reward + 1) / (arms_[arm].cost + cost_mean_); }

 private:
  struct Arm {
    double reward = 0;
    double cost = 0;
  };
  std::vector<Arm> arms_;
  double cost_mean_ = 1;
};

}  // namespace straylane
