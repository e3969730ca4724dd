#pragma once

#include "oracle/oracle.h"

namespace straylane {

// A run ends within its number of yield points.
class StepLimit final : public Oracle {
 public:
  const char* name() const override { return "step-limit"; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override;
};

}  // namespace straylane
