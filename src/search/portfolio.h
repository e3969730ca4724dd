#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "domain/target_summary.h"
#include "run/run_case.h"
#include "search/interesting_events.h"
#include "search/reads_from_pool.h"
#include "search/strategy_bandit.h"

namespace straylane {

// Makes the next case of a search. Settings are drawn by strata (generate/case_generator.h), schedules by several
// strategies. Deterministic: the same seed and the same observations give the same cases.
//
//   sticky      shallow failures within the first launches
//   pct         depth 3, 4, 5 in turn: failures that need a thread to be starved
//   list        a few preemptions, as RapidCheck draws them
//   pos         orders of racing events, each about as likely as another
//   surw        the same for one subject at a time, with what is known of how often each thread meets it
//   reads-from  who reads what from whom, whatever the number of threads
//
// The first kFixedTurns cases are sticky, pct and list in 5, 2 and 1 turns of 8, which is best for failures that show
// soon. Then a bandit divides the yield points among all strategies by what they pay: a new reads-from class, a new
// pair of accesses, a failure of a new bucket.
//
// What strategies learn from run to run (constraints, counts) is kept here. The schedule carries it to the worker.
class Portfolio {
 public:
  static constexpr std::uint64_t kFixedTurns = 16;
  static constexpr std::size_t kClassesMax = 1 << 20;  // classes that are told apart; the same bound holds for pairs

  struct Options {
    std::uint64_t seed = 1;
    std::string strategy = "portfolio";      // or one of the strategies above
    std::optional<std::uint32_t> pct_depth;  // instead of 3, 4, 5
    Granularity granularity = Granularity::kSwitch;
    std::string program;          // the program that cases name; empty for the target's own
    std::vector<Settings> calls;  // the calls of every case; empty to draw them
  };
  static Expected<void> check(const Options& options);  // kUsage for an unknown strategy
  static std::vector<std::string> strategies();         // the names that `check` takes
  static std::string strategy_names();                  // "portfolio, sticky, ... or reads-from"

  // `schema` is that of the program and outlives the portfolio.
  Portfolio(Options options, const Schema& schema);

  Case next();
  // Learns from the results of the cases. They come in the order of the cases; the last ones may be missing.
  void observed(const RunResult& result);
  // Divides the time of the runs observed since the last call among their strategies, by yield points.
  void took(double seconds);

  // One entry for each strategy that had a run, in the order above.
  std::vector<StrategyFigures> figures() const;
  std::uint64_t reads_from_classes() const { return classes_.size(); }

 private:
  struct Given {
    std::size_t strategy;
    std::vector<Settings> calls;
    ReadsFromPool::Constraints constraints;
  };

  // Runs with settings of one size class are expected to take about equally long.
  std::size_t size_class(const std::vector<Settings>& calls) const;
  double yields_expected(const std::vector<Settings>& calls) const;
  void learn_yields(const std::vector<Settings>& calls, std::uint64_t yields);
  std::size_t next_strategy();
  Schedule schedule_for(std::size_t strategy, const Case& c);

  Options options_;
  const Schema& schema_;
  std::uint64_t index_ = 0;
  RandomSource random_;                 // for the bandit and for what strategies learn; the first cases do not use it
  std::array<double, 65> yields_ = {};  // running mean by size class; 0 if none was seen
  std::deque<Given> given_;             // cases that are not observed yet
  std::vector<StrategyFigures> figures_;
  std::vector<std::uint64_t> yields_since_;  // by strategy
  StrategyBandit bandit_;
  ReadsFromPool reads_from_;
  InterestingEvents interesting_;
  std::unordered_set<std::uint64_t> classes_;
  std::unordered_set<std::uint64_t> pairs_;
  std::unordered_set<std::string> buckets_;
};

// Runs the cases of a portfolio in batches of 1, 2, 4 ... kBatchMax. The first failure then shows before more cases are
// made, and later cases share a round trip to the worker.
class SearchLoop {
 public:
  static constexpr std::size_t kBatchMax = 32;

  SearchLoop(Target& target, Portfolio::Options options)
      : target_(target), portfolio_(std::move(options), target.info().program.schema) {}

  // Runs the next batch and tells the portfolio the results. Errors are those of run_cases.
  Expected<std::vector<RunResult>> next_batch();

  const Portfolio& portfolio() const { return portfolio_; }

 private:
  Target& target_;
  Portfolio portfolio_;
  std::size_t batch_ = 1;
};

// The launches that a case made. A case whose worker was lost counts as one launch, and a case that was only built as
// none.
std::uint64_t launches_of(const RunResult& result);

}  // namespace straylane
