#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/campaign_tick.h"
#include "domain/error.h"

namespace straylane {

// A bucket of a campaign, as its bucket.json says (docs/campaigns.md).
struct SummaryBucket {
  std::string bucket;
  std::string message;
  std::uint64_t count = 0;   // failing executions
  double first_time_s = 0;   // of the campaign
  std::string minimization;  // "waiting", "minimized", "known", "not-reproduced", "failed"
  std::string folder;        // of its finding, once it is there
};

struct CampaignSummary {
  std::string folder;
  std::vector<CampaignTick> ticks;  // at least one
  std::vector<SummaryBucket> buckets;
};

inline constexpr std::size_t kTicksMax = 200'000;

// The ticks of a stats.ndjson. A last line without its end is one that is just being written, and is passed over.
// Fields that are missing are 0, and workers are left out. kMalformed with `place` and the line, also where time goes back.
Expected<std::vector<CampaignTick>> ticks_from(const std::string& ndjson, const std::string& place);

// A bucket.json, format "straylane-bucket/1". kMalformed with file and place.
Expected<SummaryBucket> bucket_from(const std::string& json, const std::string& place);

}  // namespace straylane
