#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "campaign/fuzz_options.h"
#include "domain/discovery_estimate.h"

namespace straylane {

// Why a session ended. `kRuns`: all jobs have made their runs.
enum class FuzzEnd { kTime, kRuns, kFinding, kPlateau, kInterrupted };
const char* to_string(FuzzEnd end);

// What the end of a session depends on.
struct SessionProgress {
  double session_s = 0;
  std::uint64_t new_buckets = 0;
  bool interrupted = false;
  // One estimate for each running job (fuzz/campaign_voice.h). Empty if a job has told none yet.
  std::vector<DiscoveryEstimate> jobs;
};

// Whether the session ends now, and why. If there are several reasons, gives the first of: interrupted, finding, time,
// plateau. A campaign has reached a plateau (search/discovery_counter.h) if every job by itself has reached one for the
// time that is left. A session without a time limit counts as having as much time left as it has run.
std::optional<FuzzEnd> session_end(const FuzzOptions& options, const SessionProgress& progress);

}  // namespace straylane
