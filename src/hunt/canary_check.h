#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/canary_result.h"
#include "domain/case.h"
#include "targets/target.h"

namespace straylane {

// Runs every canary of the target under the schedule without a choice and under those with one choice at one of the
// first kCanaryYields yield points of a thread: kCanarySchedules each at most. A clean campaign says something only
// where all are found. Empty where the target has no control over schedules or launches nothing. Errors are the
// target's.
inline constexpr std::uint32_t kCanaryYields = 12;
inline constexpr std::uint32_t kCanarySchedules = 1 + 7 * kCanaryYields;
Expected<std::vector<CanaryResult>> check_canaries(Target& target, Granularity granularity);

// The primitives whose race was not found, as an error of one line (kInternal); nothing where all were.
Expected<void> all_found(const std::vector<CanaryResult>& results, const std::string& target);

}  // namespace straylane
