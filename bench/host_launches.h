#pragma once

#include "bench/host_row.h"
#include "domain/error.h"
#include "targets/target.h"

namespace straylane {

// Launches of the factory kernel inside of a process, from Interleaver::begin to drain, the checks of memory and races
// included; not the way to the worker, and no oracle. `rounds` of `seconds` each.
Expected<HostSection> measure_launches(std::uint32_t rounds, double seconds);

// One launch at each array_size from 10^3 to 10^6, and how the cost of a thread grows.
Expected<HostSection> measure_cost_by_array_size(std::uint32_t rounds);

// Cases/s through run_case: coordinator, round trip to the worker and oracles included.
Expected<HostSection> measure_cases(Target& target, std::uint32_t rounds, double seconds);

}  // namespace straylane
