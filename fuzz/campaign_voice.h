#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "run/run_case.h"
#include "search/discovery_counter.h"
#include "shrink/case_size.h"

namespace straylane {

// Tells the supervisor of a campaign what its engine process sees (campaign/fuzz_log.h), as lines on stderr. The first
// failure of a bucket is told at once, everything else once a second and at the end:
//
//   straylane: progress executions N schedules N runs N classes N singletons N doubletons N
//   straylane: failing BUCKET COUNT HEX MESSAGE   an input, in hex, smaller than those told before
//   straylane: failing BUCKET COUNT -
//
// "straylane: begins" comes before the first of these (fuzz/launch_session.cc), because an engine may run several such
// processes, one after another.
//
// `schedules` counts distinct traces; it is 0 if the schedule is not controlled. The last four numbers are a
// DiscoveryEstimate over runs. Runs are told apart by the counters of search/pair_counters.h that they touch. All
// counts are those of this process. This class writes no file: only the supervisor writes findings.
class CampaignVoice {
 public:
  // `size`: that of the case that the input holds.
  void on_failure(const std::string& bucket, const std::string& message, std::span<const std::uint8_t> input,
                  const CaseSize& size);
  // Must be called after each run, with what it left in the engine's counters.
  void on_run(const RunResult& result, std::span<const std::uint8_t> counters);
  void tell();

 private:
  using Clock = std::chrono::steady_clock;

  struct Bucket {
    std::uint64_t count = 0;
    std::uint64_t count_told = 0;
    CaseSize smallest;
    std::vector<std::uint8_t> untold;  // the smallest input, if it has not been told yet
    std::string message;
  };

  void tell(const std::string& name, Bucket& bucket);

  std::map<std::string, Bucket> buckets_;
  DiscoveryCounter schedules_;
  DiscoveryCounter behaviour_;
  std::uint64_t executions_ = 0;
  std::uint64_t executions_told_ = 0;
  Clock::time_point next_ = Clock::now();
};

}  // namespace straylane
