#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/random_source.h"

namespace straylane {

// Which of several arms is tried next, by what each has paid for what it cost: mostly one of those with the best rates
// of late, and in one of kExploreOneIn turns any, so that none is given up (an epsilon-greedy bandit, Sutton and Barto,
// "Reinforcement Learning", chapter 2, with weights that fade, since what there is to find grows less). Rates that are
// nearly the best count as the best: where every run shows something new, whoever makes it, what little they differ by
// says nothing about who will meet a failure.
//
// Costs are counts, not times: the same numbers give the same choices on every machine.
class StrategyBandit {
 public:
  static constexpr std::uint64_t kExploreOneIn = 3;
  static constexpr double kAsGood = 0.75;  // of the best rate
  static constexpr double kFade = 0.98;  // of what was known, with each further turn of the arm

  explicit StrategyBandit(std::size_t arms) : arms_(arms) {}

  std::size_t next(RandomSource& random) const;
  void observed(std::size_t arm, double reward, double cost);
  // Reward per cost of late; of an arm without turns that of one reward for nothing but the mean cost of all.
  double rate(std::size_t arm) const;

 private:
  struct Arm {
    double reward = 0;
    double cost = 0;
  };
  std::vector<Arm> arms_;
  double cost_mean_ = 1;
};

}  // namespace straylane
