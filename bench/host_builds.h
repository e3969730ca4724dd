#pragma once

#include "bench/host_row.h"
#include "domain/error.h"

namespace straylane {

// Builds for buffer_sizes that were not seen before: the allocator compiled, linked with the cached kernel, optimised,
// loaded and its address known. With and without counters in turn, `builds` of each.
Expected<HostSection> measure_builds(std::uint32_t builds);

// Resident memory of a process that makes `builds` such builds, with counters, and launches each once. Twice: a tenth
// of the builds first, so that what is made once and kept (libraries, arenas, the cache of programs) is there.
Expected<HostSection> measure_memory(std::uint32_t builds);

}  // namespace straylane
