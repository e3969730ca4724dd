#pragma once

#include "bench/host_row.h"
#include "domain/error.h"
#include "targets/target.h"

namespace straylane {

// Measures launches of the factory kernel inside a process, from Interleaver::begin to drain. Includes the checks of
// memory and races, but neither the round trip to a worker nor oracles. Makes `rounds` rounds of `seconds` each.
Expected<HostSection> measure_launches(std::uint32_t rounds, double seconds);

// Measures launches at array_sizes from 10^3 to 10^6, and how the cost per thread grows.
Expected<HostSection> measure_cost_by_array_size(std::uint32_t rounds);

// Measures cases per second through run_case, including the coordinator, the round trip to the worker and the oracles.
Expected<HostSection> measure_cases(Target& target, std::uint32_t rounds, double seconds);

}  // namespace straylane
