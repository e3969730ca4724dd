#pragma once

#include "shrink/shrink_session.h"

namespace straylane {

// Whether a failing case has the smallest settings, by running every case that is smaller.
struct SmallerSettingsProof {
  bool proven = false;
  std::uint64_t settings = 0;      // that are smaller: no field larger, one smaller
  std::uint64_t cases = 0;         // that were run at them
  std::string reason = {};         // why it is not proven; empty where it is
  std::optional<Case> found = {};  // a smaller case that fails
};

// Runs, at every settings of which no field (array_size, n_threads, buffer_size, block_size) is larger than that of
// `failing` and one is smaller, every schedule in search form with at most `preemptions` preemptions; forced choices
// follow the default rule. Where none fails that is the proof. It says nothing of settings with a smaller array_size
// and a larger buffer_size, nor of schedules with more preemptions.
//
// Begins with the smallest, stops at the first that fails. Only of a case of one launch, and only where
// `executions_max` is enough; the reason says which. Of a proof that cannot be finished, few executions are lost:
// settings are counted before one is run.
SmallerSettingsProof prove_no_smaller_settings(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                               std::uint64_t executions_max);

}  // namespace straylane
