#pragma once

#include <string>

#include "report/finding_record.h"

namespace straylane {

// report.txt of a finding: what failed, the settings before and after shrinking, the program's hypothesis, how it was
// confirmed, why it fails, one column per thread with source lines, the replay command and the token.
std::string render_report(const FindingRecord& record);

// The few lines that a terminal shows of it.
std::string render_summary(const Finding& finding);

}  // namespace straylane
