#include "run/run_case.h"

#include <fmt/format.h>

#include <utility>

#include "oracle/oracles.h"

namespace straylane {
namespace {

Expected<void> validate_all(std::span<const Case> cases) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto valid = validate(cases[i].launches);
    if (valid) continue;
    if (cases.size() == 1) return valid;
    return make_error(valid.error().code, fmt::format("cases[{}].{}", i, valid.error().message));
  }
  return {};
}

// What of the case is not yet as it ran.
void record(const Observation& observation, const TargetInfo& info, Case& c) {
  c.target = info.name;
  if (info.kernel) c.program = info.kernel->program;
  c.system = info.system;
  const bool has_all_choices = observation.end == RunEnd::kCompleted || observation.end == RunEnd::kDeadlock ||
                               observation.end == RunEnd::kStepLimit;
  if (has_all_choices) c.schedule = observation.choices;
  if (has_all_choices && !observation.sites.empty()) c.sites = observation.sites;
}

// Made in place: results are large.
Expected<RunResult> judged(Case&& c, Observation&& observation, const TargetInfo& info) {
  Verdict verdict = judge(c, observation);
  record(observation, info, c);
  return Expected<RunResult>(tl::in_place, std::move(c), std::move(observation), std::move(verdict));
}

// One for each case.
Expected<std::vector<Observation>> observe_all(Target& target, std::span<const Case> cases, const RunOptions& options) {
  if (auto valid = validate_all(cases); !valid) return tl::unexpected(valid.error());
  auto observations = target.run(cases, options);
  if (observations && observations->size() != cases.size()) {
    return make_error(ErrorCode::kInternal, fmt::format("target {} gave {} observations of {} cases",
                                                        target.info().name, observations->size(), cases.size()));
  }
  return observations;
}

}  // namespace

Expected<std::vector<RunResult>> run_cases(Target& target, std::span<const Case> cases, const RunOptions& options) {
  auto observations = observe_all(target, cases, options);
  if (!observations) return tl::unexpected(observations.error());
  std::vector<RunResult> results;
  results.reserve(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    results.push_back(std::move(*judged(Case(cases[i]), std::move((*observations)[i]), target.info())));
  }
  return results;
}

// Not by way of run_cases: a fuzzer runs small cases, of which the copies of a batch are a part that counts.
Expected<RunResult> run_case(Target& target, Case c, const RunOptions& options) {
  auto observations = observe_all(target, {&c, 1}, options);
  if (!observations) return tl::unexpected(observations.error());
  return judged(std::move(c), std::move(observations->front()), target.info());
}

}  // namespace straylane
