#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace straylane {

// One job of a campaign at a moment. Meanings of the fields, here and below: docs/campaigns.md, stats.ndjson.
struct WorkerTick {
  std::uint32_t job = 0;
  pid_t pid = 0;
  std::uint64_t executions = 0;
  std::uint64_t executions_per_s = 0;
  std::string state;

  bool operator==(const WorkerTick&) const = default;
};

// A campaign at a moment.
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

}  // namespace straylane
