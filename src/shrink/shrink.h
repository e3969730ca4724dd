#pragma once

#include "domain/minimum.h"
#include "shrink/shrink_session.h"

namespace straylane {

struct ShrinkOptions {
  std::uint64_t executions_max = 60'000;       // of the whole shrink
  double time_s = ShrinkSession::kNoLimit;     // wall time of the whole shrink
  std::uint64_t proof_executions_max = 6'000;  // of each proof that fewer preemptions do not fail
  std::int64_t settings_linear_max = 2'048;    // smallest values of a parameter that are tried one by one
  // For the proof that no settings smaller than those of `minimal_any_shape` fail, in addition to `executions_max`.
  // With 0 the proof is not tried.
  std::uint64_t settings_proof_executions_max = 0;
};

struct ShrinkResult {
  CaseSize before;
  Shrunk shrunk;                       // the caller fills in `seconds`
  bool interrupted = false;            // the minima are the smallest so far
  std::vector<PassCount> passes = {};  // in the order in which the passes began
};

// Finds the smallest case that fails as `failing` does. All failing cases of a bucket should lead to the same result.
//
//   1. Run the case, and remove choices.
//   2. Lower the settings, make the data smaller, remove choices.
//   3. Find a schedule with fewer preemptions, or prove that none fails.
//   4. Find the canonical schedule, or slide the choices if that search stopped early. Repeat from 2 until nothing gets
//      smaller.
//   5. If the schema has `shape` parameters, repeat from 1 and lower these too.
//   6. If requested, prove that no smaller settings fail. If the proof finds a case, shrink it further.
//
// Takes only cases that `run` says fail, so it never leaves the bucket. By case_size, the result is never larger than
// the recorded form of `failing`. The same input gives the same result, whatever the number of workers behind `run`.
// Only under `time_s` it may differ, and then the result says so. If stopped early or interrupted, gives the smallest
// case so far. Errors: kNotReproducible if `failing` does not fail; kInterrupted before that is known; those of `run`.
Expected<ShrinkResult> shrink(const RunMany& run, const Schema& schema, const Case& failing,
                              const ShrinkOptions& options = {});

}  // namespace straylane
