#pragma once

#include <utility>
#include <vector>

#include "search/portfolio.h"

namespace straylane {

// The search itself: the cases of a portfolio in batches of 1, 2, 4 ... kBatchMax, so that a failure in the first
// launches is met before others are made, and later ones share a round trip to the worker.
class SearchLoop {
 public:
  static constexpr std::size_t kBatchMax = 32;

  SearchLoop(Target& target, Portfolio::Options options)
      : target_(target), portfolio_(std::move(options), target.info().program.schema) {}

  // Runs the next batch and tells the portfolio what came of it. Errors are those of run_cases.
  Expected<std::vector<RunResult>> next_batch();

  const Portfolio& portfolio() const { return portfolio_; }

 private:
  Target& target_;
  Portfolio portfolio_;
  std::size_t batch_ = 1;
};

// Launches that were made for a case: one at least, for one whose worker was lost; none for one that was only built.
std::uint64_t launches_of(const RunResult& result);

}  // namespace straylane
