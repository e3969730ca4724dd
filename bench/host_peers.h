#pragma once

#include "bench/host_row.h"
#include "domain/error.h"

namespace straylane {

// Measures the factory kernel with 10 threads on PoCL and on Oclgrind (opencl_peer.cc), each in a process of its own,
// and on target host. Measures all of them in each round, and takes ratios within a round. A peer that is not installed
// is `not measured`.
Expected<HostSection> measure_peers(std::uint32_t rounds, double seconds, std::uint32_t builds);

}  // namespace straylane
