#pragma once

#include <string>

#include "domain/finding.h"

namespace straylane {

// report.txt of a finding: what failed, the settings before and after, whether it is a stray lane, how it was
// confirmed, one column per thread with source lines, the replay command and the token.
std::string render_report(const Finding& finding);

// The few lines that a terminal shows of it.
std::string render_summary(const Finding& finding);

}  // namespace straylane
