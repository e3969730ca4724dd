#include "search/strategy_bandit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace straylane {
namespace {

// The turns of each arm, if arm i pays `rewards[i]` and costs `costs[i]` each turn.
std::vector<int> turns(const std::vector<double>& rewards, const std::vector<double>& costs, int count) {
  StrategyBandit bandit(rewards.size());
  RandomSource random(7);
  std::vector<int> made(rewards.size(), 0);
  for (int i = 0; i < count; ++i) {
    const std::size_t arm = bandit.next(random);
    ++made[arm];
    bandit.observed(arm, rewards[arm], costs[arm]);
  }
  return made;
}

TEST(StrategyBandit, WhatPaysGetsMostAndNothingIsGivenUp) {
  const auto made = turns({0, 0, 1, 0.1}, {10, 10, 10, 10}, 3'000);
  EXPECT_GT(made[2], 1'900);
  for (const int m : made) EXPECT_GT(m, 150);
}

TEST(StrategyBandit, PaymentIsPerCost) {
  const auto made = turns({1, 1}, {10, 100}, 2'000);
  EXPECT_GT(made[0], 1'500);
}

TEST(StrategyBandit, WhereNothingPaysAllGetTheirShare) {
  for (const int m : turns({0, 0, 0, 0, 0}, {5, 5, 5, 5, 5}, 5'000)) EXPECT_GT(m, 500);
}

// A small difference is no reason to take one arm nearly always.
TEST(StrategyBandit, WhatPaysNearlyTheSameSharesTheTurns) {
  const auto made = turns({1, 0.9, 1, 0.2}, {10, 10, 10, 10}, 3'000);
  for (const std::size_t arm : {0, 1, 2}) EXPECT_GT(made[arm], 700) << arm;
  EXPECT_LT(made[3], 500);
}

// An arm that no longer pays is left for one that does.
TEST(StrategyBandit, TheLateCounts) {
  StrategyBandit bandit(2);
  RandomSource random(1);
  for (int i = 0; i < 500; ++i) bandit.observed(0, 1, 10);
  std::vector<int> made(2, 0);
  for (int i = 0; i < 2'000; ++i) {
    const std::size_t arm = bandit.next(random);
    ++made[arm];
    bandit.observed(arm, arm == 1 ? 0.5 : 0, 10);
  }
  EXPECT_GT(made[1], 1'200);
}

}  // namespace
}  // namespace straylane
