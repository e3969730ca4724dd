#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "explain/necessary_order.h"
#include "run/run_case.h"
#include "shrink/shrink.h"
#include "targets/target.h"

namespace straylane {

inline bool fails_in(const RunResult& result, const std::string& bucket) {
  return result.verdict.failure && bucket_of(*result.verdict.failure) == bucket;
}

// Shrinks a failing case on its target, as hunt and minimize do. It stays in `bucket` and starts from a failing case at
// the usual shape. If `causes` are known it starts from `failing` itself and keeps away from them. Writes nothing.
// Precondition: `failing` is in recorded form.
// Errors: those of shrink and of the target.
Expected<ShrinkResult> shrink_failure(Target& target, const Case& failing, const std::string& bucket,
                                      const ShrinkOptions& options = {}, const KnownCauses& causes = {});

struct DeadWorkerOptions {
  std::uint32_t executions_max = 200;  // each starts a worker
  double time_s = 30;
  std::uint32_t timeout_ms = 1'000;  // of one case; each hang takes that long
};

struct DeadWorkerShrink {
  std::optional<Case> minimal;  // under the default schedule; none if the case does not fail under it
  std::uint64_t executions = 0;
  std::string stopped_early;  // the bound that was reached; empty if none was
};

// Shrinks the settings of a case that kills its worker or makes it hang. The choices of such a run are lost, so only
// the default schedule is tried. One call is kept. Then each parameter that is not shape gets its smallest value or the
// one that bisection finds, which is exact if failing is monotone. The caller runs the result once more with the usual
// time limit. Errors: those of the target.
Expected<DeadWorkerShrink> smaller_settings_of_dead_worker(Target& target, const Case& failing,
                                                           const std::string& bucket,
                                                           const DeadWorkerOptions& options = {});

}  // namespace straylane
