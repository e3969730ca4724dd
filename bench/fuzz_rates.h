#pragma once

#include "bench/host_row.h"
#include "domain/error.h"

namespace straylane {

// Runs/s of fuzz_host with libFuzzer, from an empty corpus with a fixed seed, beside a target that does nothing: round
// by round, and a ratio is taken within a round. Starting is not measured. The kernel is built anew for each
// buffer_size that the fuzzer comes to, so the rate depends on how long it runs: of `runs` runs, the first half has
// most of the builds.
Expected<HostSection> measure_fuzz_rates(std::uint32_t rounds, std::uint64_t runs);

}  // namespace straylane
