#include "oracle/oracles.h"

#include <string>

namespace straylane {
namespace {

// A run ends as it should. One oracle for each way in which it may not.
constexpr std::size_t kEndsOfRun = 4;  // they come first among the general oracles

class EndOfRun final : public Oracle {
 public:
  // `message`: what the failure says; where it is null, what the target says of the end.
  constexpr EndOfRun(const char* name, const char* rule, RunEnd end, const char* message)
      : name_(name), rule_(rule), end_(end), message_(message) {}
  const char* name() const override { return name_; }
  const char* rule() const override { return rule_; }
  std::optional<Failure> judge(const Case&, const Observation& observation) const override {
    if (observation.end != end_) return std::nullopt;
    const std::string& detail = observation.end_detail;
    return Failure{.oracle = name_,
                   .message = message_ != nullptr ? message_ : detail.empty() ? "the worker process died" : detail};
  }

 private:
  const char* name_;
  const char* rule_;
  RunEnd end_;
  const char* message_;
};

// No thread raises. The failure is the first exception of the case in order of time, read from the thread that raised it:
// the simulator itself reports one thread's only, and which one depends on how it polls. If no thread has one, it is what
// the launching thread got.
class NoException final : public Oracle {
 public:
  const char* name() const override { return "no-exception"; }
  const char* rule() const override { return "No thread ends with an exception."; }
  std::optional<Failure> judge(const Case&, const Observation& observation) const override {
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
    return Failure{.oracle = name(),
                   .exception_type = raised->type,
                   .message = raised->message,
                   .function = raised->function,
                   .thread = first != nullptr ? first->id : ThreadId::main()};
  }
};

class ModuleState final : public Oracle {
 public:
  const char* name() const override { return "module-state"; }
  const char* rule() const override { return "What a launch changes in a module it puts back."; }
  std::optional<Failure> judge(const Case&, const Observation& observation) const override {
    if (observation.module_changes.empty()) return std::nullopt;
    return Failure{.oracle = name(), .message = "not put back: " + observation.module_changes.front()};
  }
};

std::optional<Failure> first_objection(std::span<const Oracle* const> oracles, const Case& c,
                                       const Observation& observation) {
  for (const Oracle* oracle : oracles) {
    std::optional<Failure> failure = oracle->judge(c, observation);
    if (!failure) continue;
    failure->rule = oracle->rule();
    return failure;
  }
  return std::nullopt;
}

}  // namespace

const std::vector<const Oracle*>& general_oracles() {
  static const EndOfRun crash("crash", "A run does not end its process.", RunEnd::kCrashed, nullptr);
  // Unlike the step limit this catches threads that meet no yield point.
  static const EndOfRun timeout("timeout", "A run ends within its limit of time.", RunEnd::kTimeout,
                                "the run did not end within its wall time");
  // How many threads wait depends on the settings: Observation::end_detail has them, the message must not.
  static const EndOfRun deadlock("deadlock", "As long as threads have not ended, one of them can go on.",
                                 RunEnd::kDeadlock, "deadlock: some threads have not ended and none can go on");
  static const EndOfRun step_limit("step-limit", "A run ends within its limit of yield points.", RunEnd::kStepLimit,
                                   "the run did not end within its limit of yield points");
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
  std::span<const Oracle* const> general(general_oracles());
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
