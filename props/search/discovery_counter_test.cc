#include "search/discovery_counter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <random>
#include <set>

#include "props/search/species.h"

namespace straylane {
namespace {

TEST(DiscoveryEstimate, NothingRunNothingKnown) {
  const DiscoveryEstimate e = DiscoveryCounter().estimate();
  EXPECT_EQ(e.chance, 1);
  EXPECT_EQ(e.chance_high, 1);
  EXPECT_EQ(e.chance_bound, 1);
}

TEST(DiscoveryEstimate, NoSingletonIsNoProof) {
  DiscoveryCounter counter;
  for (int i = 0; i < 1'000; ++i) counter.add(static_cast<std::uint64_t>(i % 10));
  const DiscoveryEstimate e = counter.estimate();
  EXPECT_EQ(e.chance, 0);
  EXPECT_DOUBLE_EQ(e.chance_high, 0.003);
  EXPECT_NEAR(e.chance_bound, 0.292, 0.001);
}

RC_GTEST_PROP(DiscoveryEstimate, CountsAsARecountDoes, ()) {
  const auto keys = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, 20));
  DiscoveryCounter counter;
  std::map<std::uint64_t, int> times;
  for (const auto key : keys) {
    counter.add(key);
    ++times[key];
  }
  std::uint64_t once = 0;
  std::uint64_t twice = 0;
  for (const auto& [key, n] : times) {
    once += n == 1;
    twice += n == 2;
  }
  const DiscoveryEstimate e = counter.estimate();
  RC_ASSERT(e.runs == keys.size());
  RC_ASSERT(e.classes == times.size());
  RC_ASSERT(e.singletons == once);
  RC_ASSERT(e.doubletons == twice);
  RC_ASSERT(e.chance_low <= e.chance && e.chance <= e.chance_high);
}

// How often the true chance, which the made-up world knows, is inside the stated interval.
struct Coverage {
  int worlds = 0;
  int in_interval = 0;
  int below_bound = 0;
  double relative_error = 0;  // of the estimate, on average
};

Coverage coverage(std::size_t classes_max, std::size_t classes, int runs) {
  Coverage c;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    const Species species(classes, 0.8 + 0.05 * static_cast<double>(seed % 20));
    DiscoveryCounter counter(kTraceBehaviour, classes_max);
    std::set<std::size_t> seen;
    for (int i = 0; i < runs; ++i) {
      const std::size_t drawn = species.draw(random);
      counter.add(drawn);
      seen.insert(drawn);
    }
    double missing = 0;
    for (std::size_t i = 0; i < classes; ++i) missing += seen.count(i) == 0 ? species.probability(i) : 0;
    const DiscoveryEstimate e = counter.estimate();
    ++c.worlds;
    c.in_interval += e.chance_low <= missing && missing <= e.chance_high;
    c.below_bound += missing <= e.chance_bound;
    c.relative_error += std::abs(e.chance - missing) / missing / 200;
  }
  return c;
}

TEST(DiscoveryEstimate, TheIntervalHoldsTheTruth) {
  const Coverage c = coverage(DiscoveryCounter::kClassesMax, 2'000, 2'000);
  EXPECT_GE(c.in_interval, 184) << "of " << c.worlds << " worlds; 190 are expected";
  EXPECT_EQ(c.below_bound, c.worlds);
  EXPECT_LT(c.relative_error, 0.1);
}

TEST(DiscoveryEstimate, BoundedMemoryCostsPrecisionAndNothingElse) {
  const Coverage c = coverage(64, 2'000, 2'000);  // of up to 2,000 classes
  EXPECT_GE(c.in_interval, 176) << "of " << c.worlds << " worlds";
  EXPECT_LT(c.relative_error, 0.5);
}

TEST(DiscoveryEstimate, SaysThatItKeepsAPart) {
  DiscoveryCounter counter(kTraceBehaviour, 100);
  for (std::uint64_t key = 0; key < 10'000; ++key) counter.add(key);
  const DiscoveryEstimate e = counter.estimate();
  EXPECT_GE(e.one_in, 128U);
  EXPECT_NEAR(static_cast<double>(e.classes), 10'000, 3'500);
  EXPECT_GT(e.chance, 0.6);
}

}  // namespace
}  // namespace straylane
