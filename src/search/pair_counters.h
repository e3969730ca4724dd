#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "domain/case.h"
#include "domain/observation.h"

namespace straylane {

// The coverage that a fuzzing engine gets: counters of what a run's schedule did. They are made from the observation,
// so the system under test needs no instrumentation. A counter is one byte and stops at 255. libFuzzer groups its
// values into classes (1, 2, 3, 4-7, ...).
//
// The counters are few on purpose. If they told every history apart, every input would be interesting, and the corpus
// would grow without direction.
inline constexpr std::size_t kSettingsClasses = 5;   // a hash of which parameters of the last call are at which edge
inline constexpr std::size_t kOutcomeCounters = 30;  // how the run ended x settings class
inline constexpr std::size_t kPairCounters = 400;    // the outcomes come first, then the pairs

// Adds one run to `counters`:
//   - one counter for its outcome;
//   - one counter for each ordered pair of conflicting accesses of two threads (Observation::access_pairs): its sites
//     and kind, hashed. Threads are not told apart, because only the code of the two accesses matters;
//   - if no accesses are known, as on target numba, one counter for each choice instead: the ordered pair of the site
//     where `thread` was left and the site where `to` had been left before, or "never".
void count_run(const Case& c, const Schema& schema, const Observation& observation,
               std::span<std::uint8_t, kPairCounters> counters);

}  // namespace straylane
