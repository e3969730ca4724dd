#pragma once

#include "campaign/fuzz_campaign.h"
#include "domain/error.h"
#include "report/run_record.h"

namespace straylane {

// A session of a campaign as report formats take it, with the findings that it was the first to have: what earlier sessions
// found is in `report CAMPAIGN`. An input that ended an engine process and did not fail when it was run again is a
// failure that has not been minimised. How the session ended is for the caller to fill in. kStorage, kMalformed for a
// folder of a finding that cannot be read.
Expected<RunRecord> fuzz_record(const FuzzReport& report, const std::string& folder);

}  // namespace straylane
