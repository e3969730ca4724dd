#pragma once

#include "interleave/interleaver.h"
#include "interleave/strategy.h"
#include "targets/worker/protocol.h"
#include "targets/worker/site_table.h"

namespace straylane {

// Writes what the interleaver and the strategy know of the run that has just been drained into `run`: end, choices,
// trace, yields and digest, and what a search-form schedule came to. A refused strict replay ends as kRefused whatever
// else it ran into. What the system under test did is the worker's own to fill in.
void fill_wire_results(worker_protocol::WireRun& run, const Interleaver& interleaver, const Strategy& strategy);

// Sends the sites of `table` that have not been sent yet with `run`; `sent` counts them.
void send_new_sites(worker_protocol::WireRun& run, const SiteTable& table, std::size_t& sent);

}  // namespace straylane
