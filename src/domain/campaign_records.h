#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace straylane {

// What a fuzz campaign records. docs/campaigns.md explains the fields, under stats.ndjson and bucket.json.

// One job at one moment.
struct WorkerTick {
  std::uint32_t job = 0;
  pid_t pid = 0;
  std::uint64_t executions = 0;
  std::uint64_t executions_per_s = 0;
  std::string state;

  bool operator==(const WorkerTick&) const = default;
};

// The whole campaign at one moment.
struct CampaignTick {
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
  std::vector<WorkerTick> workers;

  bool operator==(const CampaignTick&) const = default;
};

// A bucket: everything that is known about the failures in it.
struct BucketRecord {
  std::string bucket;
  std::string message;
  std::uint64_t count = 0;  // failing executions
  double first_time_s = 0;  // campaign time of the first failure
  std::uint32_t first_job = 0;
  std::string first;     // SHA-1 of the first failing input
  std::string smallest;  // SHA-1 of the smallest failing input
  // "waiting", "minimized", "known" (its folder existed before), "not-reproduced" or "failed"
  std::string minimization = "waiting";
  std::string folder;  // the finding's folder; empty until there is one
  std::string reason;  // why the minimization is "not-reproduced" or "failed"

  bool operator==(const BucketRecord&) const = default;
};

}  // namespace straylane
