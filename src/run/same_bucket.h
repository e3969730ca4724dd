#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "run/run_case.h"

namespace straylane {

// The function that the shrinker works on, made from a target: runs the cases, traced or not, and gives for each
// whether it failed in `bucket`, and its observation. The target must outlive it. Of a target whose schedule is not
// under control one run says little: there a case fails where kUncontrolledRuns runs in a row do, and the observation
// is that of the last.
inline constexpr std::size_t kUncontrolledRuns = 3;
std::function<Expected<std::vector<std::pair<bool, Observation>>>(std::span<const Case>, bool trace)> same_bucket_runs(
    Target& target, std::string bucket, RunOptions options = {});

// Bounds for runs of a failing case under other schedules than its own: one may go round for ever where its own does
// not. `trace` is that of its own.
RunOptions continuation_bounds(const Observation& trace);

// The same under a guide, untraced: what the parts of an explanation work on (explain/guided_session.h).
std::function<Expected<std::vector<std::pair<bool, Observation>>>(std::span<const Case>, const Guide& guide)>
guided_runs(Target& target, std::string bucket, RunOptions options = {});

}  // namespace straylane
