#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "run/run_case.h"

namespace straylane {

// Runs that ask whether a case fails in one bucket.

// For each case: whether it failed in the bucket, and its observation.
using BucketRuns = Expected<std::vector<std::pair<bool, Observation>>>;

// A case fails on a target without a controlled schedule if so many runs in a row fail: one run says little there.
inline constexpr std::size_t kUncontrolledRuns = 3;

// Makes the function that the shrinker works on: it runs the cases, traced or not. Without a controlled schedule each
// case runs kUncontrolledRuns times, and the observation is that of its last run. `target` must outlive the function.
std::function<BucketRuns(std::span<const Case>, bool trace)> same_bucket_runs(Target& target, std::string bucket,
                                                                              RunOptions options = {});

// Makes the function that the parts of an explanation work on (explain/guided_session.h): it runs the cases once,
// untraced, under a guide. `target` must outlive the function.
std::function<BucketRuns(std::span<const Case>, const Guide& guide)> guided_runs(Target& target, std::string bucket,
                                                                                 RunOptions options = {});

// Returns bounds for runs of a failing case under other schedules than its own, since those may never end. `trace` is
// the observation under its own schedule.
RunOptions continuation_bounds(const Observation& trace);

// The result of replaying a recorded case many times.
struct ReplayCount {
  std::uint32_t times = 0;
  std::uint32_t reproduced = 0;       // failed in the bucket
  std::uint32_t refused = 0;          // refused: this is not the system that the case was recorded on
  std::uint32_t traces_distinct = 0;  // 1 for a deterministic case; 0 without a controlled schedule

  bool operator==(const ReplayCount&) const = default;

  bool deterministic() const { return reproduced == times && traces_distinct <= 1; }
};

// Replays `recorded` in batches, and always strictly, whatever `options` says. After an interrupt it returns what has
// been counted, with `times` smaller than requested. Other errors are those of run_cases.
Expected<ReplayCount> replay(Target& target, const Case& recorded, const std::string& bucket, std::uint32_t times,
                             RunOptions options = {});

}  // namespace straylane
