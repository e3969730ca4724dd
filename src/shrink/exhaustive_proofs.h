#pragma once

#include "domain/minimum.h"
#include "shrink/shrink_session.h"

namespace straylane {

// Proofs that no smaller case fails, which run every smaller case. Choices where a thread waits or ends follow the
// default rule in all of them. A proof stops at the first case that fails.

struct FewerPreemptions {
  bool proven = false;        // every schedule in search form with fewer preemptions was run, and none fails
  std::optional<Case> found;  // one that fails, with the fewest preemptions
  std::uint64_t executions = 0;
};

// Looks for a failing schedule with fewer than `preemptions` preemptions. Runs all such schedules at the settings of
// `failing`, those with the fewest preemptions first. Uses at most `executions_max`.
FewerPreemptions search_fewer_preemptions(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                          std::uint64_t executions_max);

struct SmallerSettingsProof {
  SmallerSettings result;
  std::optional<Case> found = {};  // a smaller case that fails
};

// Proves that a failing case has the smallest settings. Settings are smaller if no parameter is larger, by ordinal, and
// one is smaller. Runs every schedule in search form with at most `preemptions` preemptions at all smaller settings,
// from the smallest on. Settings with one parameter smaller and another larger, and schedules with more preemptions,
// are not covered.
//
// Needs a case of one call and enough `executions_max`; otherwise the reason says what is missing. A proof that cannot
// be finished costs few executions, because settings are counted before one is run.
SmallerSettingsProof prove_no_smaller_settings(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                               std::uint64_t executions_max);

}  // namespace straylane
