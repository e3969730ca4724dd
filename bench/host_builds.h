#pragma once

#include "bench/host_row.h"
#include "domain/error.h"

namespace straylane {

// Measures builds for buffer_sizes that were not seen before. A build compiles the allocator, links it with the cached
// kernel, optimises and loads the program, and finds its address. Makes `builds` builds with counters and as many
// without, in turn.
Expected<HostSection> measure_builds(std::uint32_t builds);

// Measures the resident memory of a process that makes `builds` such builds, with counters, and launches each once.
// Measures twice. After a tenth of the builds, everything that is made once and kept exists: libraries, arenas, the
// cache of programs.
Expected<HostSection> measure_memory(std::uint32_t builds);

}  // namespace straylane
