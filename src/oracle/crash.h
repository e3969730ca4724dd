#pragma once

#include "oracle/oracle.h"

namespace straylane {

// The worker process survives the run. The message is the target's: signal or exit status, and what it last wrote.
class Crash final : public Oracle {
 public:
  const char* name() const override { return "crash"; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override;
};

}  // namespace straylane
