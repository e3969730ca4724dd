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

// What a process of a campaign tells its supervisor (campaign/fuzz_log.h), one line on stderr each. Everything is
// counted; told is the first failure of a bucket at once, the rest once a second and at the end:
//
//   straylane: progress executions N schedules N runs N classes N singletons N doubletons N
//   straylane: failing BUCKET COUNT HEX MESSAGE   an input, in hex, smaller than those told before
//   straylane: failing BUCKET COUNT -
//
// Before the first of these stands "straylane: begins" (fuzz/launch_session.cc): an engine may run one such process
// after another.
//
// `schedules`: distinct traces, where the schedule is under control. The last four are a DiscoveryEstimate over runs,
// which are told apart by which code met which (the counters of search/pair_counters.h). Counts are those of this
// process. No file is written: a campaign has one writer of findings, its supervisor.
class CampaignVoice {
 public:
  // `size`: of the case that the input is.
  void on_failure(const std::string& bucket, const std::string& message, std::span<const std::uint8_t> input,
                  const CaseSize& size);
  // Called after each run, with what it left in the engine's counters.
  void on_run(const RunResult& result, std::span<const std::uint8_t> counters);
  void tell();

 private:
  using Clock = std::chrono::steady_clock;

  struct Bucket {
    std::uint64_t count = 0;
    std::uint64_t count_told = 0;
    CaseSize smallest;
    std::vector<std::uint8_t> untold;  // the smallest input, where it has not been told
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
