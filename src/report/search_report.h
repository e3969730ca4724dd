#pragma once

#include <string>
#include <vector>

#include "domain/discovery_estimate.h"
#include "domain/strategy_figures.h"

namespace straylane {

// What a search without a finding is worth: "no failure in 1,234 schedules; chance that the next one shows new
// behaviour about 0.12 (95 % interval 0.10 to 0.14; behaviour: trace)". One line without its end. Needs a run.
std::string discovery_text(const DiscoveryEstimate& estimate);

// Distinct reads-from classes per 1,000 schedules; 0 without schedules.
double per_thousand(std::uint64_t classes, std::uint64_t schedules);

// What the strategies of a search did, in lines that begin with two spaces: the classes, then a line for each strategy.
std::string strategies_text(const std::vector<StrategyFigures>& strategies, std::uint64_t classes,
                            std::uint64_t schedules);

}  // namespace straylane
