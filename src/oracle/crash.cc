#include "oracle/crash.h"

namespace straylane {

std::optional<Failure> Crash::judge(const Case&, const Observation& observation) const {
  if (observation.end != RunEnd::kCrashed) return std::nullopt;
  const std::string& detail = observation.end_detail;
  return Failure{.oracle = name(), .message = detail.empty() ? "the worker process died" : detail};
}

}  // namespace straylane
