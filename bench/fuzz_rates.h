#pragma once

#include "bench/host_row.h"
#include "domain/error.h"

namespace straylane {

// Measures the runs per second of fuzz_host with libFuzzer, from an empty corpus with a fixed seed, and of a target
// that does nothing. Measures both in each round, and takes ratios within a round. Starting a process does not count.
// The kernel is built anew for each buffer_size that the fuzzer tries, so the rate depends on how long it runs: the
// first half of the `runs` runs has most of the builds.
Expected<HostSection> measure_fuzz_rates(std::uint32_t rounds, std::uint64_t runs);

}  // namespace straylane
