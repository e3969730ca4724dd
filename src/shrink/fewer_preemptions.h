#pragma once

#include "shrink/shrink_session.h"

namespace straylane {

struct FewerPreemptions {
  bool proven = false;        // every schedule in search form with fewer preemptions was run, and none fails
  std::optional<Case> found;  // one that fails, with the fewest
};

// Looks for a failing schedule with fewer than `preemptions` preemptions by running all there are at the settings of
// `failing`, the fewest first. Forced choices follow the default rule in all of them. Uses at most `executions_max`.
FewerPreemptions search_fewer_preemptions(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                          std::uint64_t executions_max);

}  // namespace straylane
