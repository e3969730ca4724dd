#include "run/run_case.h"

#include <fmt/format.h>

#include <utility>

#include "oracle/oracles.h"
#include "program/factory/factory_oracles.h"

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

// Gives the verdict of a run, of which the case as it was given and the observation are there already, and the case what is
// not yet as it ran. In place: results are large.
void complete(const TargetInfo& info, RunResult& result) {
  auto& [c, observation, verdict] = result;
  verdict = judge(c, observation, factory_oracles());
  c.target = info.name;
  if (info.kernel) c.program = info.kernel->program;
  c.system = info.system;
  const bool has_all_choices = observation.end == RunEnd::kCompleted || observation.end == RunEnd::kDeadlock ||
                               observation.end == RunEnd::kStepLimit;
  if (has_all_choices) c.schedule = observation.choices;
  if (has_all_choices && !observation.sites.empty()) c.sites = observation.sites;
}

// By itself: with one return alone the result is made where it is returned to.
Expected<RunResult> completed(const TargetInfo& info, Case&& c, Observation&& observation) {
  Expected<RunResult> result(tl::in_place, std::move(c), std::move(observation), Verdict{});
  complete(info, *result);
  return result;
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
    results.push_back({cases[i], std::move((*observations)[i]), {}});
    complete(target.info(), results.back());
  }
  return results;
}

// Not by way of run_cases: a fuzzer runs small cases, of which the copies of a batch are a part that counts.
Expected<RunResult> run_case(Target& target, Case c, const RunOptions& options) {
  auto observations = observe_all(target, {&c, 1}, options);
  if (!observations) return tl::unexpected(observations.error());
  return completed(target.info(), std::move(c), std::move(observations->front()));
}

}  // namespace straylane
