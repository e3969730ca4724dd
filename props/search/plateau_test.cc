#include <gtest/gtest.h>

#include <cstdio>
#include <optional>
#include <random>

#include "props/search/species.h"
#include "search/discovery_counter.h"

namespace straylane {
namespace {

constexpr std::uint64_t kBudget = 20'000;
constexpr std::uint64_t kAskedEvery = 200;
constexpr int kCampaigns = 1'000;  // 100 are too few: after 5 wrong ones, the next 100 may have 1 to 10

struct Campaign {
  std::uint64_t stopped = kBudget;
  std::optional<std::uint64_t> found;  // the run that shows the planted class, asked whether stopped or not
};

// A campaign over a heavy-tailed world of 10 to 3,000 classes. One class of the rarer half fails.
Campaign simulate(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const double size = std::pow(10, std::uniform_real_distribution<double>(1, 3.5)(random));
  const Species species(static_cast<std::size_t>(size), std::uniform_real_distribution<double>(0.8, 2)(random));
  const auto failing = std::uniform_int_distribution<std::size_t>(species.size() / 2, species.size() - 1)(random);
  DiscoveryCounter counter;
  Campaign campaign;
  for (std::uint64_t run = 1; run <= kBudget; ++run) {
    const std::size_t drawn = species.draw(random);
    counter.add(drawn);
    if (drawn == failing && !campaign.found) campaign.found = run;
    if (campaign.stopped == kBudget && run % kAskedEvery == 0 && plateau(counter.estimate(), kBudget - run)) {
      campaign.stopped = run;
    }
  }
  return campaign;
}

struct Tally {
  int wrong = 0;  // stopped, and the rest of the budget would have shown the failure
  int found = 0;
  double saved = 0;  // the saved part of the budget, if only the rule ends a campaign
};

TEST(Plateau, WrongInAtMost5Of100AndSavesHalf) {
  Tally t;
  for (std::uint64_t seed = 1; seed <= kCampaigns; ++seed) {
    const Campaign c = simulate(seed);
    t.found += c.found.has_value();
    t.wrong += c.found && *c.found > c.stopped;
    t.saved += static_cast<double>(kBudget - c.stopped) / kBudget / kCampaigns;
  }
  std::printf(
      "plateau: %d of %d campaigns stopped though the rest of the budget would have shown the failure (%d do); "
      "%.0f %% of the budget saved\n",
      t.wrong, kCampaigns, t.found, 100 * t.saved);
  RecordProperty("wrong", t.wrong);
  RecordProperty("saved", std::to_string(t.saved));
  EXPECT_LE(t.wrong, kCampaigns * 5 / 100);
  EXPECT_GE(t.saved, 0.5);
  EXPECT_GE(t.found, kCampaigns * 60 / 100) << "the failures are not out of reach";
}

TEST(Plateau, NotWhileEveryRunIsNew) {
  DiscoveryCounter counter;
  for (std::uint64_t run = 0; run < 10'000; ++run) counter.add(run);
  EXPECT_FALSE(plateau(counter.estimate(), 1'000));
}

TEST(Plateau, NotBeforeAFewRuns) {
  DiscoveryCounter counter;
  for (int run = 0; run < 399; ++run) counter.add(1);
  EXPECT_FALSE(plateau(counter.estimate(), 1));
  counter.add(1);
  EXPECT_TRUE(plateau(counter.estimate(), 1));
  EXPECT_FALSE(plateau(DiscoveryEstimate{}, 0));
}

TEST(Plateau, ALongerBudgetIsHarderToGiveUp) {
  DiscoveryCounter counter;
  for (std::uint64_t run = 0; run < 1'000; ++run) counter.add(run % 20 == 0 ? run : run % 20);
  const DiscoveryEstimate e = counter.estimate();
  EXPECT_TRUE(plateau(e, 40));
  EXPECT_FALSE(plateau(e, 100'000));
}

}  // namespace
}  // namespace straylane
