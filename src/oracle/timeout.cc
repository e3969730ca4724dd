#include "oracle/timeout.h"

namespace straylane {

std::optional<Failure> Timeout::judge(const Case&, const Observation& observation) const {
  if (observation.end != RunEnd::kTimeout) return std::nullopt;
  return Failure{.oracle = name(), .message = "the run did not end within its wall time"};
}

}  // namespace straylane
