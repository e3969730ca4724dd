#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "campaign/fuzz_options.h"
#include "domain/discovery_estimate.h"

namespace straylane {

// What ended a session. `kRuns`: the jobs ended by themselves.
enum class FuzzEnd { kTime, kRuns, kFinding, kPlateau, kInterrupted };
const char* to_string(FuzzEnd end);

// What a session has come to so far, as far as its end depends on it.
struct SessionProgress {
  double session_s = 0;
  std::uint64_t new_buckets = 0;
  bool interrupted = false;
  // Of each job that runs, by which code met which (fuzz/campaign_voice.h). Empty where one has told nothing yet.
  std::vector<DiscoveryEstimate> jobs;
};

// Whether the session ends now, and why; where there are several reasons, the first of: interrupted, finding, time,
// plateau. A plateau (search/plateau.h) is one where every job by itself has it for the rest of the time, and of a session
// without end for as long again.
std::optional<FuzzEnd> session_end(const FuzzOptions& options, const SessionProgress& progress);

}  // namespace straylane
