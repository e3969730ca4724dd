#include "program/factory/factory_oracles.h"

#include "program/factory/prefix_invariant.h"
#include "program/factory/stray_lane.h"

namespace straylane {

const std::vector<const Oracle*>& factory_oracles() {
  static const StrayLane stray_lane;
  static const PrefixInvariant prefix_invariant;
  static const std::vector<const Oracle*> oracles = {&stray_lane, &prefix_invariant};
  return oracles;
}

}  // namespace straylane
