#pragma once

#include <string>

#include "report/run_record.h"

namespace straylane {

inline constexpr std::size_t kFlowLocationsMax = 500;

// A run as SARIF 2.1.0 (OASIS standard). It has one rule for each oracle and exception type, and one result for each
// finding, at the place where its failure shows. The threads' columns are a code flow of at most kFlowLocationsMax
// places. A finding is an error, or a warning if a stock system was tried and did not show it. A target that could not
// run is a notification of the invocation. `partialFingerprints` hold the bucket, so that an upload recognises a
// finding.
std::string render_sarif(const RunRecord& run);

}  // namespace straylane
