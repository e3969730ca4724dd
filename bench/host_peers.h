#pragma once

#include "bench/host_row.h"
#include "domain/error.h"

namespace straylane {

// The factory kernel with 10 threads on PoCL and on Oclgrind (opencl_peer.cc), each in a process of its own, beside
// ours: round by round, and a ratio is taken within a round. What is not installed is `not measured`.
Expected<HostSection> measure_peers(std::uint32_t rounds, double seconds, std::uint32_t builds);

}  // namespace straylane
