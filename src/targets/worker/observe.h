#pragma once

#include <vector>

#include "targets/worker/protocol.h"

namespace straylane {

// The observation of a run: appends its new sites to `table` and resolves its numbers with it. Takes the run's
// contents. Throws std::out_of_range for a number that the table, or the launch, does not have.
Observation observe(worker_protocol::WireRun&& run, std::vector<Site>& table);

}  // namespace straylane
