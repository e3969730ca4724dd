#pragma once

#include <memory>
#include <vector>

#include "interleave/interleaver.h"
#include "interleave/strategy_factory.h"
#include "targets/worker/protocol.h"
#include "targets/worker/site_table.h"

// How a case is run on an interleaver, from its schedule to its observation.
namespace straylane {

// Returns what carries out the schedule of a case under these options. What the arguments refer to must outlive it.
std::unique_ptr<Strategy> strategy_of(const Case& c, const RunOptions& options, const SiteNumber& site_number,
                                      const SiteOf& site_of);
std::unique_ptr<Strategy> strategy_of(const Case& c, const RunOptions& options, SiteTable& table);

// Writes into `run` what the interleaver and the strategy know of the run that has just been drained: its end, choices,
// trace, figures and digests. Adds the sites of `table` that have not been sent yet. A refused strict replay ends as
// kRefused, whatever else happened. The worker itself fills in what the system under test did.
void fill_wire_results(worker_protocol::WireRun& run, const Interleaver& interleaver, const Strategy& strategy,
                       SiteTable& table);

// Returns the observation of a run. Appends the run's new sites to `table`, and resolves its numbers with the table.
// Throws std::out_of_range for a number that the table, or the launch, does not have.
Observation observe(worker_protocol::WireRun&& run, std::vector<Site>& table);

// Returns the observation of the run that has just been drained, for a target that runs threads in its own process and
// numbers sites itself. The target fills in what the system under test did: launches, outputs, module_changes, dirty
// and events.
Observation observe_run(const Interleaver& interleaver, const Strategy& strategy, const SiteOf& site_of);

}  // namespace straylane
