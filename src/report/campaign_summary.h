#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/error.h"

namespace straylane {

// One tick of a campaign's statistics (docs/campaigns.md); counts are of all sessions together.
struct StatisticsTick {
  double time_s = 0;
  std::uint64_t executions = 0;
  std::uint64_t executions_per_s = 0;
  std::uint64_t corpus = 0;
  std::uint64_t features = 0;
  std::uint64_t edges = 0;
  std::uint64_t schedules = 0;
  std::uint64_t findings = 0;
  std::uint64_t buckets = 0;
  std::uint64_t new_behaviour = 0;
  std::uint64_t restarts = 0;
  std::uint64_t workers = 0;  // how many there were
};

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
  std::vector<StatisticsTick> ticks;  // at least one
  std::vector<SummaryBucket> buckets;
};

inline constexpr std::size_t kTicksMax = 200'000;

// The ticks of a stats.ndjson. A last line without its end is one that is just being written, and is passed over.
// Fields that are missing are 0. kMalformed with `place` and the line, also where time goes back.
Expected<std::vector<StatisticsTick>> ticks_from(const std::string& ndjson, const std::string& place);

// A bucket.json, format "straylane-bucket/1". kMalformed with file and place.
Expected<SummaryBucket> bucket_from(const std::string& json, const std::string& place);

}  // namespace straylane
