#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/launch_rates.h"
#include "bench/replay_rate.h"
#include "bench/seed_searches.h"

namespace straylane {

// Everything that one run of the benchmark measured. Parts that were not asked for are empty.
struct BenchReport {
  System system;
  LaunchRateOptions rate_options;
  std::vector<LaunchRates> rates;
  std::vector<FirstFailure> first_failures;
  std::vector<SeedMinimum> minima;
  std::vector<ReplayRate> replays;
};

std::string render_table(const BenchReport& report,
                         bool verbose);  // verbose: also what the executions of a shrink were for
nlohmann::ordered_json report_to_json(const BenchReport& report);

}  // namespace straylane
