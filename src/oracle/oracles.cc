#include "oracle/oracles.h"

#include "oracle/crash.h"
#include "oracle/deadlock.h"
#include "oracle/module_state.h"
#include "oracle/no_exception.h"
#include "oracle/prefix_invariant.h"
#include "oracle/step_limit.h"
#include "oracle/stray_lane.h"
#include "oracle/timeout.h"

namespace straylane {

const std::vector<const Oracle*>& all_oracles() {
  static const Crash crash;
  static const Timeout timeout;
  static const Deadlock deadlock;
  static const StepLimit step_limit;
  static const NoException no_exception;
  static const StrayLane stray_lane;
  static const PrefixInvariant prefix_invariant;
  static const ModuleState module_state;
  static const std::vector<const Oracle*> oracles = {&crash,        &timeout,    &deadlock,         &step_limit,
                                                     &no_exception, &stray_lane, &prefix_invariant, &module_state};
  return oracles;
}

Verdict judge(const Case& c, const Observation& observation) {
  if (observation.end == RunEnd::kRefused) {
    return {.kind = VerdictKind::kDiscard, .reason = observation.end_detail};
  }
  for (const Oracle* oracle : all_oracles()) {
    if (std::optional<Failure> failure = oracle->judge(c, observation)) {
      return {.kind = VerdictKind::kFail, .failure = std::move(failure)};
    }
  }
  if (!observation.not_launched.empty()) {
    return {.kind = VerdictKind::kUnsupported, .reason = observation.not_launched};
  }
  return {};
}

}  // namespace straylane
