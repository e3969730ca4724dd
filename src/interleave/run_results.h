#pragma once

#include "domain/observation.h"
#include "interleave/interleaver.h"
#include "interleave/strategy_factory.h"

namespace straylane {

// Writes what the interleaver and the strategy know of the run that has just been drained into the observation: end,
// end_detail, choices with their sites, preemptions, yields, trace_digest, for the search form applied,
// choice_points_after and alternatives, and sites and trace where the run was traced. What the system under test did
// (launches, module_changes, dirty) is the target's own to fill in.
//
// A refused strict replay ends as kRefused whatever else it ran into: it was not the run that was asked for.
void fill_run_results(Observation& observation, const Interleaver& interleaver, const Strategy& strategy,
                      const SiteOf& site_of);

}  // namespace straylane
