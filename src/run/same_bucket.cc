#include "run/same_bucket.h"

namespace straylane {

std::function<Expected<std::vector<std::pair<bool, Observation>>>(std::span<const Case>, bool trace)> same_bucket_runs(
    Target& target, std::string bucket, RunOptions options) {
  return [&target, bucket = std::move(bucket), options](
             std::span<const Case> cases, bool trace) -> Expected<std::vector<std::pair<bool, Observation>>> {
    RunOptions traced = options;
    traced.trace = trace;
    const std::size_t times = target.info().controlled ? 1 : kUncontrolledRuns;
    std::vector<Case> repeated;
    for (std::size_t i = 0; times > 1 && i < cases.size() * times; ++i) repeated.push_back(cases[i / times]);
    auto results = run_cases(target, times > 1 ? repeated : cases, traced);
    if (!results) return tl::unexpected(results.error());
    std::vector<std::pair<bool, Observation>> runs;
    runs.reserve(cases.size());
    for (std::size_t i = 0; i < results->size(); ++i) {
      RunResult& result = (*results)[i];
      const bool fails = result.verdict.failure && bucket_of(*result.verdict.failure) == bucket;
      if (i % times == 0) runs.emplace_back(true, Observation());
      runs.back().first = runs.back().first && fails;
      runs.back().second = std::move(result.observation);
    }
    return runs;
  };
}

RunOptions continuation_bounds(const Observation& trace) {
  constexpr std::uint64_t kStepsFactor = 20;
  constexpr std::uint64_t kStepsMin = 10'000;
  constexpr std::uint32_t kTimeoutMs = 5'000;
  return {.steps_max = trace.yields * kStepsFactor + kStepsMin, .timeout_ms = kTimeoutMs};
}

std::function<Expected<std::vector<std::pair<bool, Observation>>>(std::span<const Case>, const Guide& guide)>
guided_runs(Target& target, std::string bucket, RunOptions options) {
  return [&target, bucket = std::move(bucket), options](
             std::span<const Case> cases, const Guide& guide) -> Expected<std::vector<std::pair<bool, Observation>>> {
    RunOptions held = options;
    held.guide = guide;
    auto results = run_cases(target, cases, held);
    if (!results) return tl::unexpected(results.error());
    std::vector<std::pair<bool, Observation>> runs;
    runs.reserve(cases.size());
    for (RunResult& result : *results) {
      const bool fails = result.verdict.failure && bucket_of(*result.verdict.failure) == bucket;
      runs.emplace_back(fails, std::move(result.observation));
    }
    return runs;
  };
}

}  // namespace straylane
