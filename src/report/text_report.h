#pragma once

#include "report/run_record.h"

namespace straylane {

// report.txt of a finding: what failed, the settings before and after shrinking, the program's hypothesis, how the
// finding was confirmed, why it fails, one column per thread with source lines, the replay command and the token.
std::string render_report(const FindingRecord& record);

// The few lines that a terminal shows of a finding.
std::string render_summary(const Finding& finding);

// What a search without a finding is worth: "no failure in 1,234 schedules; chance that the next one shows new
// behaviour about 0.12 (95 % interval 0.10 to 0.14; behaviour: trace)". One line without its newline.
//
// Precondition: something was run.
std::string discovery_text(const DiscoveryEstimate& estimate);

// Distinct reads-from classes per 1,000 schedules; 0 without schedules.
double per_thousand(std::uint64_t classes, std::uint64_t schedules);

// What the strategies of a search did, in lines that begin with two spaces: first the classes, then one line for each
// strategy.
std::string strategies_text(const std::vector<StrategyFigures>& strategies, std::uint64_t classes,
                            std::uint64_t schedules);

}  // namespace straylane
