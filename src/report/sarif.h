#pragma once

#include <string>

#include "report/run_record.h"

namespace straylane {

// A run as SARIF 2.1.0 (OASIS standard): one rule for each oracle and exception type, one result for each finding, at
// the place where its failure shows, with the threads' columns as a code flow of at most kFlowLocationsMax places. A
// finding that a stock system was tried with and did not show is a warning, every other an error. What could not run is
// a notification of the invocation. `partialFingerprints` hold the bucket, so that an upload knows a finding again.
std::string render_sarif(const RunRecord& run);

inline constexpr std::size_t kFlowLocationsMax = 500;

}  // namespace straylane
