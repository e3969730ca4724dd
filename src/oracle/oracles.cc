#include "oracle/oracles.h"

#include <string>

namespace straylane {
namespace {

constexpr std::size_t kEndsOfRun = 4;  // these come first among the general oracles

// The messages depend on the end alone, where they can. So a deadlock does not list the waiting threads, which depend
// on the settings: Observation::end_detail has them.
std::string message_of_end(const Observation& observation) {
  switch (observation.end) {
    case RunEnd::kTimeout:
      return "the run did not end within its wall time";
    case RunEnd::kDeadlock:
      return "deadlock: some threads have not ended and none can go on";
    case RunEnd::kStepLimit:
      return "the run did not end within its limit of yield points";
    default:
      return observation.end_detail.empty() ? "the worker process died" : observation.end_detail;
  }
}

template <RunEnd kEnd>
std::optional<Failure> ends_as(const Case&, const Observation& observation) {
  if (observation.end != kEnd) return std::nullopt;
  return Failure{.message = message_of_end(observation)};
}

// The failure is the first exception of the case in order of time, read from the thread that raised it. (The simulator
// itself reports the exception of one thread only, and which one depends on how it polls.) If no thread has an
// exception, the failure is what the launching thread got.
std::optional<Failure> first_exception(const Case&, const Observation& observation) {
  const ThreadOutcome* first = nullptr;
  const ThrownException* raised = nullptr;
  for (const LaunchObservation& launch : observation.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (!thread.exception) continue;
      if (first == nullptr || thread.exception_order < first->exception_order) first = &thread;
    }
    if (launch.raised && raised == nullptr) raised = &*launch.raised;
  }
  if (first != nullptr) raised = &*first->exception;
  if (raised == nullptr) return std::nullopt;
  return Failure{.exception_type = raised->type,
                 .message = raised->message,
                 .function = raised->function,
                 .thread = first != nullptr ? first->id : ThreadId::main()};
}

std::optional<Failure> changed_module(const Case&, const Observation& observation) {
  if (observation.module_changes.empty()) return std::nullopt;
  return Failure{.message = "not put back: " + observation.module_changes.front()};
}

constexpr Oracle kGeneral[] = {
    {"crash", "A run does not end its process.", ends_as<RunEnd::kCrashed>},
    // Unlike the step limit, this catches threads that meet no yield point.
    {"timeout", "A run ends within its limit of time.", ends_as<RunEnd::kTimeout>},
    {"deadlock", "As long as threads have not ended, one of them can go on.", ends_as<RunEnd::kDeadlock>},
    {"step-limit", "A run ends within its limit of yield points.", ends_as<RunEnd::kStepLimit>},
    {"no-exception", "No thread ends with an exception.", first_exception},
    {"module-state", "What a launch changes in a module it puts back.", changed_module},
};

std::optional<Failure> first_objection(std::span<const Oracle> oracles, const Case& c, const Observation& observation) {
  for (const Oracle& oracle : oracles) {
    std::optional<Failure> failure = oracle.judge(c, observation);
    if (!failure) continue;
    failure->oracle = oracle.name;
    failure->rule = oracle.rule;
    return failure;
  }
  return std::nullopt;
}

}  // namespace

std::span<const Oracle> general_oracles() { return kGeneral; }

Verdict judge(const Case& c, const Observation& observation, std::span<const Oracle> of_program) {
  if (observation.end == RunEnd::kRefused) {
    return {.kind = VerdictKind::kDiscard, .reason = observation.end_detail};
  }
  std::span<const Oracle> general = kGeneral;
  if (observation.end == RunEnd::kCompleted) general = general.subspan(kEndsOfRun);
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
