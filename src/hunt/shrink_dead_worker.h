#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/case.h"
#include "targets/target.h"

namespace straylane {

struct DeadWorkerOptions {
  std::uint32_t executions_max = 200;  // each starts a worker
  double time_s = 30;
  std::uint32_t timeout_ms = 1'000;  // of a case: a hang is waited for that long, each time
};

struct DeadWorkerShrink {
  std::optional<Case> minimal;  // under the default schedule; none where the case does not fail under it
  std::uint64_t executions = 0;
  std::string stopped_early;  // which bound was reached, empty where none
};

// Smaller settings of a case that kills its worker or hangs, so that the choices it made are not known: it is tried
// under the default schedule alone. One call is kept; then each parameter that is not shape gets its smallest value, or
// what bisection finds, which is exact where failing is monotone. The result is to be run once more under the
// usual time limit. Errors are those of the target.
Expected<DeadWorkerShrink> smaller_settings_of_dead_worker(Target& target, const Case& failing,
                                                           const std::string& bucket,
                                                           const DeadWorkerOptions& options = {});

}  // namespace straylane
