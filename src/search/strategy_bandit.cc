#include "search/strategy_bandit.h"

#include <algorithm>

namespace straylane {

std::size_t StrategyBandit::next(RandomSource& random) const {
  if (random.one_in(kExploreOneIn)) return random.below(arms_.size());
  double best = 0;
  for (std::size_t arm = 0; arm < arms_.size(); ++arm) best = std::max(best, rate(arm));
  std::vector<std::size_t> as_good;
  for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
    if (rate(arm) >= kAsGood * best) as_good.push_back(arm);
  }
  return as_good[random.below(as_good.size())];
}

void StrategyBandit::observed(std::size_t arm, double reward, double cost) {
  constexpr double kMeanWeight = 0.05;
  Arm& a = arms_[arm];
  a.reward = a.reward * kFade + reward;
  a.cost = a.cost * kFade + cost;
  cost_mean_ += kMeanWeight * (cost - cost_mean_);
}

}  // namespace straylane
