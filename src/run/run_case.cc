#include "run/run_case.h"

#include <fmt/format.h>

namespace straylane {
namespace {

Expected<void> validate_all(const Schema& schema, std::span<const Case> cases) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto valid = schema.validate(cases[i].calls);
    if (valid) continue;
    if (cases.size() == 1) return valid;
    return make_error(valid.error().code, fmt::format("cases[{}].{}", i, valid.error().message));
  }
  return {};
}

// Judges the run and completes `result.recorded` with what was learned. Works in place because results are large.
void complete(const TargetInfo& info, RunResult& result) {
  auto& [c, observation, verdict] = result;
  verdict = judge(info.program, c, observation);
  c.target = info.name;
  if (c.program.empty() || info.kernel) c.program = info.program.name;
  c.system = info.system;
  const bool has_all_choices = observation.end == RunEnd::kCompleted || observation.end == RunEnd::kDeadlock ||
                               observation.end == RunEnd::kStepLimit;
  if (has_all_choices) c.schedule = observation.choices;
  if (has_all_choices && !observation.sites.empty()) c.sites = observation.sites;
}

// A separate function so that NRVO applies.
Expected<RunResult> completed(const TargetInfo& info, Case&& c, Observation&& observation) {
  Expected<RunResult> result(tl::in_place, std::move(c), std::move(observation));
  complete(info, *result);
  return result;
}

// Returns one observation for each case.
Expected<std::vector<Observation>> observe_all(Target& target, std::span<const Case> cases, const RunOptions& options) {
  if (auto valid = validate_all(target.info().program.schema, cases); !valid) return tl::unexpected(valid.error());
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
    results.emplace_back(Case(cases[i]), std::move((*observations)[i]));
    complete(target.info(), results.back());
  }
  return results;
}

// Does not call run_cases: copying a one-case batch is measurable when fuzzing small cases.
Expected<RunResult> run_case(Target& target, Case c, const RunOptions& options) {
  auto observations = observe_all(target, {&c, 1}, options);
  if (!observations) return tl::unexpected(observations.error());
  return completed(target.info(), std::move(c), std::move(observations->front()));
}

}  // namespace straylane
