#pragma once

#include <vector>

#include "oracle/oracle.h"

namespace straylane {

// What must hold of the factory kernel besides what holds of any program: `stray-lane`, then `prefix-invariant`.
const std::vector<const Oracle*>& factory_oracles();

}  // namespace straylane
