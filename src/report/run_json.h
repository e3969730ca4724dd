#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/run_record.h"

namespace straylane {

// A run as one JSON document, format "straylane-report/2" (docs/reports.md). It has the targets and findings as `hunt
// --json` has them, with the place of each failure, and for each campaign the last tick of its statistics and its
// buckets.
std::string render_run_json(const RunRecord& run);

// Every key is always there: a target that did not run has figures of 0, and null for what its search has not seen.
nlohmann::ordered_json target_to_json(const TargetSummary& target);

inline constexpr std::size_t kTicksMax = 200'000;

// Reads the ticks of a stats.ndjson. Passes over a last line without its newline, which is just being written. The
// error is kMalformed and names `place` and the line; time that goes back is one, too.
Expected<std::vector<CampaignTick>> ticks_from(const std::string& ndjson, const std::string& place);

// Reads a bucket.json, format "straylane-bucket/1". The error is kMalformed and names file and place.
Expected<BucketRecord> bucket_from(const std::string& json, const std::string& place);

}  // namespace straylane
