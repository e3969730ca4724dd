#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/run_record.h"

namespace straylane {

// A run as one JSON document, format "straylane-report/2" (docs/reports.md): its targets and findings as `hunt --json`
// has them, with the place of each failure, and for each campaign the last tick of its statistics and its buckets.
std::string render_run_json(const RunRecord& run);

// All keys are always there: a target that did not run has figures of 0.
nlohmann::ordered_json target_to_json(const TargetSummary& target);

// null where nothing was run.
nlohmann::ordered_json discovery_to_json(const DiscoveryEstimate& estimate);

inline constexpr std::size_t kTicksMax = 200'000;

// The ticks of a stats.ndjson. A last line without its end is one that is just being written, and is passed over.
// kMalformed with `place` and the line, also where time goes back.
Expected<std::vector<CampaignTick>> ticks_from(const std::string& ndjson, const std::string& place);

// A bucket.json, format "straylane-bucket/1". kMalformed with file and place.
Expected<BucketRecord> bucket_from(const std::string& json, const std::string& place);

}  // namespace straylane
