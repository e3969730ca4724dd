#include "interleave/sticky_strategy.h"

namespace straylane {

StickyStrategy::StickyStrategy(std::uint64_t seed) : random_(seed), rate_(2 + random_.below(14)) {}

ThreadIndex StickyStrategy::pick(const ChoicePoint& point) {
  if (!random_.one_in(rate_)) return point.by_default;
  return point.enabled[random_.below(point.enabled.size())];
}

}  // namespace straylane
