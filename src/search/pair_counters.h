#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "domain/case.h"
#include "domain/observation.h"

namespace straylane {

// What a fuzzing engine gets as coverage: counters of what a run's schedule did, from its observation alone, so that
// the system under test needs no instrumentation. A counter is one byte, stops at 255, and is an input to libFuzzer's
// own classes (1, 2, 3, 4-7, ...).
//
// There are few on purpose: counters that tell every history apart make every input interesting, and the corpus
// then grows without direction.
inline constexpr std::size_t kSettingsClasses = 5;   // hashed from which parameters of the last call are at which edge
inline constexpr std::size_t kOutcomeCounters = 30;  // how the run ended x settings class
inline constexpr std::size_t kPairCounters = 400;    // the outcomes first, then the pairs

// Adds one run to `counters`:
//   - its outcome, one counter;
//   - for each ordered pair of conflicting accesses of two threads (Observation::access_pairs) its sites and kind,
//     hashed into the rest. Threads are not told apart: what matters is which code meets which;
//   - where no accesses are known, as on target numba, for each choice the ordered pair (site at which `thread` was
//     left, site at which `to` had been left before or "never") instead.
void count_run(const Case& c, const Schema& schema, const Observation& observation,
               std::span<std::uint8_t, kPairCounters> counters);

}  // namespace straylane
