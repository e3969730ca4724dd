#include "oracle/step_limit.h"

namespace straylane {

std::optional<Failure> StepLimit::judge(const Case&, const Observation& observation) const {
  if (observation.end != RunEnd::kStepLimit) return std::nullopt;
  return Failure{.oracle = name(), .message = "the run did not end within its limit of yield points"};
}

}  // namespace straylane
