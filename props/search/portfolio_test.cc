#include "search/portfolio.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "program/factory/factory_program.h"
#include "props/puzzles/puzzle_target.h"

namespace straylane {
namespace {

const PuzzleKind& kind_of(const std::string& name) {
  const auto& kinds = puzzle_kinds();
  return *std::find_if(kinds.begin(), kinds.end(), [&name](const PuzzleKind& k) { return k.name == name; });
}

Portfolio portfolio_of(const std::string& puzzle, std::uint64_t seed, const std::string& strategy) {
  const Case base = puzzle_case(kind_of(puzzle), true);
  static const Schema none;
  return Portfolio({.seed = seed, .strategy = strategy, .program = base.program, .calls = base.calls}, none);
}

// The number of schedules up to the first that fails, or `max` if none does.
std::uint64_t schedules_to_failure(const std::string& puzzle, std::uint64_t seed, const std::string& strategy,
                                   std::uint64_t max) {
  PuzzleTarget target;
  Portfolio portfolio = portfolio_of(puzzle, seed, strategy);
  for (std::uint64_t i = 1; i < max; ++i) {
    const auto result = run_case(target, portfolio.next(), {});
    if (!result) return max;
    portfolio.observed(*result);
    if (result->verdict.failure) return i;
  }
  return max;
}

std::uint64_t median(const std::string& puzzle, const std::string& strategy) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    all.push_back(schedules_to_failure(puzzle, seed, strategy, 1'000));
    EXPECT_LT(all.back(), 1'000U) << puzzle << " seed " << seed;
  }
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

// Constraints name places in the source and not threads.
TEST(Portfolio, ReadsFromNeedsNoMoreSchedulesForAHundredThreads) {
  for (const std::string puzzle : {"reorder", "twostage"}) {
    EXPECT_LE(static_cast<double>(median(puzzle + "_100", "reads-from")),
              1.5 * static_cast<double>(median(puzzle + "_5", "reads-from")))
        << puzzle;
  }
}

TEST(Portfolio, FindsWhatNoneOfItsFirstStrategiesDoes) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    EXPECT_LT(schedules_to_failure("reorder_50", seed, "portfolio", 1'000), 1'000U) << seed;
    EXPECT_EQ(schedules_to_failure("reorder_50", seed, "sticky", 200), 200U) << seed;
  }
}

TEST(Portfolio, TheSameSeedAndObservationsGiveTheSameCases) {
  PuzzleTarget target;
  Portfolio a = portfolio_of("twostage_5", 4, "portfolio");
  Portfolio b = portfolio_of("twostage_5", 4, "portfolio");
  for (int i = 0; i < 200; ++i) {
    const Case next = a.next();
    ASSERT_EQ(b.next(), next);
    const auto result = run_case(target, next, {});
    ASSERT_TRUE(result.has_value());
    a.observed(*result);
    a.took(0.001 * i);  // time makes no difference
    b.observed(*result);
  }
}

TEST(Portfolio, AStrategyAloneIsTheOnlyOne) {
  const std::map<std::string, DrawnStrategy> drawn = {{"sticky", DrawnStrategy::kSticky},
                                                      {"pct", DrawnStrategy::kPct},
                                                      {"pos", DrawnStrategy::kPos},
                                                      {"surw", DrawnStrategy::kSurw},
                                                      {"reads-from", DrawnStrategy::kReadsFrom}};
  for (const auto& [name, strategy] : drawn) {
    ASSERT_TRUE(Portfolio::check({.strategy = name}));
    Portfolio portfolio({.strategy = name}, factory_program().schema);
    for (int i = 0; i < 20; ++i) {
      const Case c = portfolio.next();
      const auto* form = std::get_if<DrawnForm>(&c.schedule);
      ASSERT_TRUE(form != nullptr && form->strategy == strategy) << name;
    }
  }
  const auto refused = Portfolio::check({.strategy = "rff"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "--strategy is \"rff\", must be portfolio, sticky, pct, list, pos, surw or reads-from");
}

TEST(Portfolio, FiguresAddUp) {
  PuzzleTarget target;
  Portfolio portfolio = portfolio_of("twostage_5", 9, "portfolio");
  constexpr std::uint64_t kRuns = 400;
  std::uint64_t failed = 0;
  for (std::uint64_t i = 0; i < kRuns; ++i) {
    const auto result = run_case(target, portfolio.next(), {});
    ASSERT_TRUE(result.has_value());
    portfolio.observed(*result);
    failed += result->verdict.failure ? 1 : 0;
  }
  portfolio.took(8);
  std::uint64_t runs = 0, failures = 0, classes = 0;
  double seconds = 0;
  for (const StrategyFigures& f : portfolio.figures()) {
    runs += f.runs;
    failures += f.failures;
    classes += f.new_classes;
    seconds += f.seconds;
  }
  EXPECT_EQ(portfolio.figures().size(), 6U);
  EXPECT_EQ(runs, kRuns);
  EXPECT_EQ(failures, failed);
  EXPECT_EQ(classes, portfolio.reads_from_classes());
  EXPECT_NEAR(seconds, 8, 1e-6);
}

}  // namespace
}  // namespace straylane
