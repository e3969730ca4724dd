#pragma once

#include <string>

#include "domain/campaign_tick.h"

namespace straylane {

// One line of stats.ndjson, with its end.
std::string to_json_line(const CampaignTick& tick);

}  // namespace straylane
