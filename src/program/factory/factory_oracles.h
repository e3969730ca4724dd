#pragma once

#include <vector>

#include "oracle/oracle.h"

namespace straylane {

inline constexpr const char* kStrayLane = "stray-lane";  // name of the oracle

// What must hold of the factory kernel besides what holds of any program: `stray-lane`, then `prefix-invariant`.
const std::vector<const Oracle*>& factory_oracles();

}  // namespace straylane
