#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "domain/discovery_estimate.h"

namespace straylane {

// What a search without a finding is worth: "no failure in 1,234 schedules; chance that the next one shows new
// behaviour about 0.12 (95 % interval 0.10 to 0.14; behaviour: trace)". One line without its end. Needs a run.
std::string discovery_text(const DiscoveryEstimate& estimate);

// {"behaviour", "runs", "classes", "singletons", "doubletons", "one_in", "chance", "chance_low", "chance_high",
// "chance_bound", "confidence"}; null where nothing was run.
nlohmann::ordered_json discovery_to_json(const DiscoveryEstimate& estimate);

}  // namespace straylane
