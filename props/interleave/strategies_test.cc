#include <gtest/gtest.h>

#include "props/cases.h"
#include "props/stub_target.h"
#include "run/run_case.h"

namespace straylane {
namespace {

const FactorySettings kTwoThreads{2, 1, 2, 2};
const FactorySettings kDefault{10, 5, 7, 32};

// Tries seeds from 0 on. Gives the first that fails, or -1.
template <class MakeSchedule>
int first_failing(const std::string& program, FactorySettings settings, int seeds, MakeSchedule make_schedule) {
  StubTarget target;
  for (int seed = 0; seed < seeds; ++seed) {
    const auto result =
        run_case(target, make_case(program, settings, make_schedule(static_cast<std::uint64_t>(seed))), {});
    if (result && result->verdict.failure) return seed;
  }
  return -1;
}

TEST(Strategies, StickyFindsEveryPlantedBug) {
  for (const char* program : {"swap-race", "lost-update", "two-bugs", "deadlock"}) {
    for (const FactorySettings& settings : {kTwoThreads, kDefault}) {
      EXPECT_NE(first_failing(program, settings, 200, sticky), -1) << program;
    }
  }
}

// The known failure needs two preemptions, which is three ordering constraints.
TEST(Strategies, PctFindsTheSwapRaceAtDepthThreeAndNeverAtDepthTwo) {
  const auto at_depth = [](std::uint32_t depth) {
    return [depth](std::uint64_t seed) { return pct(seed, depth, 25); };
  };
  EXPECT_EQ(first_failing("swap-race", kTwoThreads, 20'000, at_depth(2)), -1);
  EXPECT_NE(first_failing("swap-race", kTwoThreads, 2'000, at_depth(3)), -1);
  EXPECT_NE(first_failing("lost-update", kTwoThreads, 500, at_depth(2)), -1);
  EXPECT_EQ(first_failing("lost-update", kTwoThreads, 20'000, at_depth(1)), -1);
}

TEST(Strategies, SearchFormFindsTheSwapRace) {
  int failing = 0;
  StubTarget target;
  for (std::uint32_t a = 0; a < 20; ++a) {
    for (std::uint32_t b = 0; b < 20; ++b) {
      const auto result = run_case(target, make_case("swap-race", kTwoThreads, SearchForm{{a, 0}, {b, 0}}), {});
      failing += result && result->verdict.failure ? 1 : 0;
    }
  }
  EXPECT_GT(failing, 0);
}

TEST(Strategies, NothingFailsInTheLockedSwap) {
  EXPECT_EQ(first_failing("swap-locked", kDefault, 2'000, sticky), -1);
  EXPECT_EQ(first_failing("factory", kTwoThreads, 2'000, [](std::uint64_t seed) { return pct(seed, 5, 40); }), -1);
}

// Entries after the end of the run do not take effect, and the observation says so.
TEST(Strategies, SearchFormCountsWhatTookEffect) {
  StubTarget target;
  const auto none = run_case(target, make_case("swap-race", kTwoThreads), {});
  const auto one = run_case(target, make_case("swap-race", kTwoThreads, SearchForm{{3, 0}, {5'000, 0}}), {});
  ASSERT_TRUE(none && one);
  EXPECT_EQ(none->observation.applied, 0U);
  EXPECT_GT(none->observation.choice_points_after, 5U);
  EXPECT_EQ(one->observation.applied, 1U);
  EXPECT_GE(one->observation.alternatives, 1U);
  EXPECT_EQ(one->observation.preemptions, 1U);
  EXPECT_EQ(one->observation.choices.size(), 1U);
}

}  // namespace
}  // namespace straylane
