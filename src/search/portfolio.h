#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "domain/case.h"
#include "domain/strategy_figures.h"
#include "run/run_case.h"
#include "search/interesting_events.h"
#include "search/reads_from_pool.h"
#include "search/strategy_bandit.h"

namespace straylane {

// Where the next case of a search comes from: settings drawn by strata (generate/case_generator.h), schedules drawn by
// several strategies. Deterministic: the same seed and the same observations give the same cases.
//
//   sticky      shallow failures within the first launches
//   pct         depth 3, 4, 5 in turn: failures that need a thread to be starved
//   list        a few preemptions, as RapidCheck draws them
//   pos         orders of events that race, each about as likely as another
//   surw        the same of one subject at a time, with what is known of how often each thread comes to it
//   reads-from  who reads what from whom, whatever the number of threads
//
// The first kFixedTurns cases are sticky, pct and list in 5, 2 and 1 turns of 8, which is best for what fails soon.
// From then on a bandit divides the yield points among all by what they pay: a reads-from class that no run was of
// before, a pair of accesses that is new, a failure of a new bucket.
//
// What strategies learn from run to run (constraints, counts) is here, and goes over to the worker in the schedule.
class Portfolio {
 public:
  static constexpr std::uint64_t kFixedTurns = 16;
  static constexpr std::size_t kClassesMax = 1 << 20;  // that are told apart; and as many pairs

  struct Options {
    std::uint64_t seed = 1;
    std::string strategy = "portfolio";      // or one of the above alone
    std::optional<std::uint32_t> pct_depth;  // instead of 3, 4, 5
    Granularity granularity = Granularity::kSwitch;
    std::string program;          // that cases name; empty: the target's own
    std::vector<Settings> calls;  // of every case; empty: drawn
  };
  static Expected<void> check(const Options& options);  // kUsage for a strategy that is none
  static std::string strategy_names();                  // "portfolio, sticky, ... or reads-from"

  // `schema`: of the program; outlives the portfolio.
  Portfolio(Options options, const Schema& schema);

  Case next();
  // What came of the cases, in the order in which they were given, whether all of them or only the first.
  void observed(const RunResult& result);
  // How long the runs observed since the last call took together: shared out by their yield points.
  void took(double seconds);

  // One for each strategy that had a run, in the order above.
  std::vector<StrategyFigures> figures() const;
  std::uint64_t reads_from_classes() const { return classes_.size(); }

 private:
  struct Given {
    std::size_t strategy;
    std::vector<Settings> calls;
    ReadsFromPool::Constraints constraints;
  };

  // Runs with settings of the same size class are expected to take about as long.
  std::size_t size_class(const std::vector<Settings>& calls) const;
  double yields_expected(const std::vector<Settings>& calls) const;
  void learn_yields(const std::vector<Settings>& calls, std::uint64_t yields);
  std::size_t next_strategy();
  Schedule schedule_for(std::size_t strategy, const Case& c);
  DrawnForm pct(const Case& c);

  Options options_;
  const Schema& schema_;
  std::uint64_t index_ = 0;
  RandomSource random_;  // of what strategies learn and of the bandit: the first cases need none
  std::array<double, 65> yields_ = {};  // running mean by size class; 0 where none was seen
  std::deque<Given> given_;             // and not yet observed
  std::vector<StrategyFigures> figures_;
  std::vector<std::uint64_t> yields_since_;  // by strategy
  StrategyBandit bandit_;
  ReadsFromPool reads_from_;
  InterestingEvents interesting_;
  std::unordered_set<std::uint64_t> classes_;
  std::unordered_set<std::uint64_t> pairs_;
  std::unordered_set<std::string> buckets_;
};

}  // namespace straylane
