#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/error.h"

namespace straylane {

// Inputs per second of the fuzz target of target host, beside an empty libFuzzer target in the same round. One entry
// per round. A campaign builds a program for each buffer_size that it meets, once: `early` are the runs from the start,
// `late` the same number behind them.
struct FuzzRates {
  std::uint64_t runs = 0;  // of each half
  std::vector<double> empty;
  std::vector<double> early;
  std::vector<double> late;
};

// Runs fuzz_empty and fuzz_host, which stand in folders beside that of the program; start-up is not measured.
// kUnsupported where they were not built.
Expected<FuzzRates> measure_fuzz_rates(std::uint32_t rounds, std::uint64_t runs);

}  // namespace straylane
