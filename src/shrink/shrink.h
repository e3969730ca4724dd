#pragma once

#include "domain/minimum.h"
#include "shrink/case_size.h"
#include "shrink/shrink_session.h"
#include "shrink/smaller_settings_proof.h"

namespace straylane {

struct ShrinkOptions {
  std::uint64_t executions_max = 60'000;       // of the whole shrink
  double time_s = ShrinkSession::kNoLimit;     // wall time of the whole shrink
  std::uint64_t proof_executions_max = 6'000;  // of each proof that fewer preemptions do not fail
  std::uint64_t pair_executions_max = 2'000;   // of each search for fewer preemptions between the first two threads
  std::uint64_t canonical_executions_max = 12'000;  // of each canonical search
  std::uint64_t data_executions_max = 4'000;        // of each time the data is made smaller
  std::int64_t settings_linear_max = 2'048;         // values of a parameter tried one by one from its smallest
  // For the proof that no settings smaller than those of `minimal_any_shape` fail, on top of `executions_max`; 0: not
  // tried.
  std::uint64_t settings_proof_executions_max = 0;
};

struct ShrinkResult {
  CaseSize before;
  Shrunk shrunk;             // `seconds` is the caller's to fill in
  bool interrupted = false;  // the minima are the smallest so far
  std::vector<PassCount> passes = {};  // where the executions went, in the order in which the passes began
};

// The smallest case that fails as `failing` does, whatever failing case of the bucket it starts from:
//
//   run it -> remove choices
//   -> settings descend -> data gets smaller -> remove choices -> fewer preemptions, or proof that none fails
//   -> canonical schedule, or slide where that stopped early; again from the settings, until nothing gets smaller
//   and the same again with the `shape` parameters among the settings, where the schema has any; then the proof that no
//   smaller settings fail, where it is asked for: what it finds is shrunk further
//
// Never leaves the bucket (it takes only what `run` says fails) and never returns a larger case than the recorded form
// of `failing`, by case_size. Under one seed of everything the answer is the same every time, whatever the number of
// workers behind `run`; under `time_s` it may differ, and then says so. Stopped early or interrupted, it gives the
// smallest so far. Errors: kNotReproducible where `failing` does not fail; kInterrupted before that is known; else
// those of `run`.
Expected<ShrinkResult> shrink(const RunMany& run, const Schema& schema, const Case& failing,
                              const ShrinkOptions& options = {});

}  // namespace straylane
