#pragma once

#include "oracle/oracle.h"

namespace straylane {

// A thread whose index is n_threads or more does nothing behind the guard.
class StrayLane final : public Oracle {
 public:
  const char* name() const override { return "stray-lane"; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override;
};

}  // namespace straylane
