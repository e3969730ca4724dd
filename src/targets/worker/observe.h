#pragma once

#include <vector>

#include "interleave/interleaver.h"
#include "interleave/strategy_factory.h"
#include "targets/worker/protocol.h"

namespace straylane {

// The observation of a run: appends its new sites to `table` and resolves its numbers with it. Takes the run's
// contents. Throws std::out_of_range for a number that the table, or the launch, does not have.
Observation observe(worker_protocol::WireRun&& run, std::vector<Site>& table);

// The observation of the run that has just been drained, for a target that runs threads in its own process and numbers
// sites itself. What the system under test did (launches, outputs, module_changes, dirty, events) is the target's own
// to fill in.
Observation observe_run(const Interleaver& interleaver, const Strategy& strategy, const SiteOf& site_of);

}  // namespace straylane
