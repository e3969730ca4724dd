#pragma once

#include "oracle/oracle.h"

namespace straylane {

// What the system under test changes in its modules during a launch, it puts back.
class ModuleState final : public Oracle {
 public:
  const char* name() const override { return "module-state"; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override;
};

}  // namespace straylane
