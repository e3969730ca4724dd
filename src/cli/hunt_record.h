#pragma once

#include <vector>

#include "cli/common_options.h"
#include "hunt/hunt.h"
#include "report/run_record.h"

namespace straylane {

// A hunt as report formats take it; how it ended is for the caller to fill in.
RunRecord hunt_record(const CommonOptions& options, const std::vector<TargetSummary>& summaries,
                      const std::vector<Finding>& findings);

// What was asked for, as a person would type it, for reports: the options that say what ran.
std::string command_text(const char* verb, const CommonOptions& options);

}  // namespace straylane
