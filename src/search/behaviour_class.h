#pragma once

#include <cstdint>

#include "domain/observation.h"

namespace straylane {

// Which runs are said to behave alike, for estimates of what has not been seen: those with equal keys.
struct BehaviourClass {
  const char* name;  // stands beside every estimate
  std::uint64_t (*key)(const Observation&);
};

// The finest: the same threads at the same yield points in the same order. Two runs with different settings are always
// different.
inline constexpr BehaviourClass kTraceBehaviour{"trace", [](const Observation& o) { return o.trace_digest; }};

// Equal where reads got their values from the same code, whatever else the order was (interleave/access_pairs.h); where
// only sites are known, where threads were switched between the same sites. Settings alone make no new class.
inline constexpr BehaviourClass kReadsFromBehaviour{"reads-from",
                                                    [](const Observation& o) { return o.reads_from_digest; }};

}  // namespace straylane
