#include "oracle/deadlock.h"

namespace straylane {

std::optional<Failure> Deadlock::judge(const Case&, const Observation& observation) const {
  if (observation.end != RunEnd::kDeadlock) return std::nullopt;
  return Failure{.oracle = name(), .message = "deadlock: some threads have not ended and none can go on"};
}

}  // namespace straylane
