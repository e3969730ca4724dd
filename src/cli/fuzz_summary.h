#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "campaign/fuzz_campaign.h"
#include "report/run_record.h"

namespace straylane {

inline constexpr const char* kFuzzFormat = "straylane-fuzz/1";

// What a session of a campaign came to, in three forms. `folder` is that of the campaign.

// The document of `fuzz --json`.
nlohmann::ordered_json fuzz_document(const FuzzReport& report);

// The text for the terminal.
std::string fuzz_summary(const FuzzReport& report, const std::string& folder);

// The record that report formats take, without how the session ended. It has the findings that this session was the
// first to find; those of earlier sessions are in `report CAMPAIGN`. An input that ended an engine process and did not
// fail when it was run again counts as a failure that was not minimised.
// Errors: kStorage, or kMalformed for a finding's folder that cannot be read.
Expected<RunRecord> fuzz_record(const FuzzReport& report, const std::string& folder);

// Returns the commands that make sense after the session.
std::vector<std::string> commands_after(const FuzzReport& report, const std::string& folder);

}  // namespace straylane
