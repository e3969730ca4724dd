#pragma once

#include "domain/minimum.h"
#include "shrink/shrink_session.h"

namespace straylane {

// Whether a failing case has the smallest settings, by running every case that is smaller.
struct SmallerSettingsProof {
  SmallerSettings result;
  std::optional<Case> found = {};  // a smaller case that fails
};

// Runs, at every settings of which no parameter is larger (by ordinal) than that of `failing` and one is smaller, every
// schedule in search form with at most `preemptions` preemptions; forced choices follow the default rule. If none fails
// that is the proof. It says nothing of settings with one parameter smaller and another larger, nor of schedules with
// more preemptions.
//
// Begins with the smallest, stops at the first that fails. Only for a case of one call, and only where
// `executions_max` is enough; the reason says which. Of a proof that cannot be finished, few executions are lost:
// settings are counted before one is run.
SmallerSettingsProof prove_no_smaller_settings(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                               std::uint64_t executions_max);

}  // namespace straylane
