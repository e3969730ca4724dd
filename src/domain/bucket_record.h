#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// A bucket of a campaign: what is known of all failures in it (docs/campaigns.md, bucket.json).
struct BucketRecord {
  std::string bucket;
  std::string message;
  std::uint64_t count = 0;  // failing executions
  double first_time_s = 0;  // of the campaign
  std::uint32_t first_job = 0;
  std::string first;  // SHA-1 of the first input, and of the smallest
  std::string smallest;
  // "waiting", "minimized", "known" (its folder was there before), "not-reproduced", "failed"
  std::string minimization = "waiting";
  std::string folder;  // of the finding, once it is there
  std::string reason;  // of the last two

  bool operator==(const BucketRecord&) const = default;
};

}  // namespace straylane
