#include "run/same_bucket.h"

namespace straylane {

std::function<Expected<std::vector<std::pair<bool, Observation>>>(std::span<const Case>, bool trace)> same_bucket_runs(
    Target& target, std::string bucket, RunOptions options) {
  return [&target, bucket = std::move(bucket), options](
             std::span<const Case> cases, bool trace) -> Expected<std::vector<std::pair<bool, Observation>>> {
    RunOptions traced = options;
    traced.trace = trace;
    auto results = run_cases(target, cases, traced);
    if (!results) return tl::unexpected(results.error());
    std::vector<std::pair<bool, Observation>> runs;
    runs.reserve(results->size());
    for (RunResult& result : *results) {
      const bool fails = result.verdict.failure && bucket_of(*result.verdict.failure) == bucket;
      runs.emplace_back(fails, std::move(result.observation));
    }
    return runs;
  };
}

}  // namespace straylane
