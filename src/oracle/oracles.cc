#include "oracle/oracles.h"

#include "oracle/crash.h"
#include "oracle/deadlock.h"
#include "oracle/module_state.h"
#include "oracle/no_exception.h"
#include "oracle/step_limit.h"
#include "oracle/timeout.h"

namespace straylane {
namespace {

std::optional<Failure> first_objection(std::span<const Oracle* const> oracles, const Case& c,
                                       const Observation& observation) {
  for (const Oracle* oracle : oracles) {
    if (std::optional<Failure> failure = oracle->judge(c, observation)) return failure;
  }
  return std::nullopt;
}

}  // namespace

const std::vector<const Oracle*>& general_oracles() {
  static const Crash crash;
  static const Timeout timeout;
  static const Deadlock deadlock;
  static const StepLimit step_limit;
  static const NoException no_exception;
  static const ModuleState module_state;
  static const std::vector<const Oracle*> oracles = {&crash,      &timeout,      &deadlock,
                                                     &step_limit, &no_exception, &module_state};
  return oracles;
}

Verdict judge(const Case& c, const Observation& observation, std::span<const Oracle* const> of_program) {
  if (observation.end == RunEnd::kRefused) {
    return {.kind = VerdictKind::kDiscard, .reason = observation.end_detail};
  }
  const std::span<const Oracle* const> general(general_oracles());
  const std::size_t last = general.size() - 1;
  for (const auto oracles : {general.first(last), of_program, general.subspan(last)}) {
    if (auto failure = first_objection(oracles, c, observation)) {
      return {.kind = VerdictKind::kFail, .failure = std::move(failure)};
    }
  }
  if (!observation.not_launched.empty()) {
    return {.kind = VerdictKind::kUnsupported, .reason = observation.not_launched};
  }
  return {};
}

}  // namespace straylane
