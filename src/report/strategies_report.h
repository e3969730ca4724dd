#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "domain/strategy_figures.h"

namespace straylane {

// Distinct reads-from classes per 1,000 schedules; 0 of none.
double per_thousand(std::uint64_t classes, std::uint64_t schedules);

// Of a target's search, lines that begin with two spaces: the classes, then a line for each strategy.
std::string strategies_text(const std::vector<StrategyFigures>& strategies, std::uint64_t classes,
                            std::uint64_t schedules);

// A list of {"strategy", "runs", "seconds", "yields", "new_classes", "new_pairs", "failures"}.
nlohmann::ordered_json strategies_to_json(const std::vector<StrategyFigures>& strategies);

}  // namespace straylane
