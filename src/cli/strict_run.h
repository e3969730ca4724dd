#pragma once

#include "cli/case_input.h"
#include "run/run_case.h"

namespace straylane {

// One strict, traced run, with events: is this the system that the case was recorded on, and does it fail? kRefused, with the place,
// where it is another.
Expected<RunResult> strict_run(Target& target, const CaseInput& input);

}  // namespace straylane
