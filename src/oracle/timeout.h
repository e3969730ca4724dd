#pragma once

#include "oracle/oracle.h"

namespace straylane {

// A run ends within its wall time. Unlike the step limit this catches threads that meet no yield point.
class Timeout final : public Oracle {
 public:
  const char* name() const override { return "timeout"; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override;
};

}  // namespace straylane
