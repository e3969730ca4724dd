#pragma once

#include "interleave/strategy.h"

namespace straylane {

// The running thread goes on; where it blocks or ends, the lowest enabled L:i, `m` only if none is.
class DefaultStrategy final : public Strategy {
 public:
  ThreadIndex pick(const ChoicePoint& point) override { return point.by_default; }
  bool only_default_from_here() const override { return true; }
};

}  // namespace straylane
