#include "oracle/module_state.h"

namespace straylane {

std::optional<Failure> ModuleState::judge(const Case&, const Observation& observation) const {
  if (observation.module_changes.empty()) return std::nullopt;
  return Failure{.oracle = name(), .message = "not put back: " + observation.module_changes.front()};
}

}  // namespace straylane
