#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/case.h"
#include "run/run_case.h"

namespace straylane {

// Where the next case of a search comes from: settings drawn by strata (generate/case_generator.h), schedules drawn by
// the strategies in turn. Deterministic: the same seed and the same observations give the same cases.
//
//   sticky  5 of 8   shallow failures within the first launches
//   pct     2 of 8   depth 3, 4, 5 in turn: failures that need a thread to be starved
//   list    1 of 8   a few preemptions, as RapidCheck draws them
class Portfolio {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::string strategy = "portfolio";      // or "sticky", "pct", "list" alone
    std::optional<std::uint32_t> pct_depth;  // instead of 3, 4, 5
    Granularity granularity = Granularity::kSwitch;
    std::string program = "factory";
  };
  static Expected<void> check(const Options& options);  // kUsage for a strategy that is none

  explicit Portfolio(Options options) : options_(std::move(options)) {}

  Case next();
  // What a run told of how long runs are: the pct strategy draws its change points over that length.
  void observed(const RunResult& result);

 private:
  DrawnForm pct(const Case& c);

  Options options_;
  std::uint64_t index_ = 0;
  double yields_per_thread_ = 25;  // simulated thread; running mean
};

}  // namespace straylane
