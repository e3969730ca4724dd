#pragma once

#include "oracle/oracle.h"

namespace straylane {

// No thread raises. Reported is the first exception of the case in order of time, read from the thread that raised it:
// the simulator itself reports one thread's only, and which one depends on how it polls. Where no thread has one, it is
// what the launching thread got.
class NoException final : public Oracle {
 public:
  const char* name() const override { return "no-exception"; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override;
};

}  // namespace straylane
