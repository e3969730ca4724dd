#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/case.h"
#include "domain/error.h"
#include "domain/target_summary.h"
#include "targets/target.h"

namespace straylane {

// Runs every canary of the target under the schedule without a choice, and under those with one choice at one of the
// first kCanaryYields yield points of a thread, until its race is found. A clean campaign means something only if all
// races are found. Gives nothing if the target does not control schedules or launches nothing.
// Errors: those of the target.
inline constexpr std::uint32_t kCanaryYields = 12;
Expected<std::vector<CanaryResult>> check_canaries(Target& target, Granularity granularity);

// Checks that all races were found.
// Errors: kInternal, one line with the primitives whose race was not found.
Expected<void> all_found(const std::vector<CanaryResult>& results, const std::string& target);

}  // namespace straylane
