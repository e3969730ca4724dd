#include "run/same_bucket.h"

#include <algorithm>
#include <set>

namespace straylane {
namespace {

constexpr std::uint32_t kReplayBatch = 64;

bool failed_in(const RunResult& result, const std::string& bucket) {
  return result.verdict.failure && bucket_of(*result.verdict.failure) == bucket;
}

// Runs each case `times` times in a row. It fails if all these runs do, and has the observation of the last one.
BucketRuns run_in_bucket(Target& target, const std::string& bucket, std::span<const Case> cases, std::size_t times,
                         const RunOptions& options) {
  std::vector<Case> repeated;
  for (std::size_t i = 0; times > 1 && i < cases.size() * times; ++i) repeated.push_back(cases[i / times]);
  auto results = run_cases(target, times > 1 ? repeated : cases, options);
  if (!results) return tl::unexpected(results.error());
  std::vector<std::pair<bool, Observation>> runs;
  runs.reserve(cases.size());
  for (std::size_t i = 0; i < results->size(); ++i) {
    RunResult& result = (*results)[i];
    if (i % times == 0) runs.emplace_back(true, Observation());
    runs.back().first = runs.back().first && failed_in(result, bucket);
    runs.back().second = std::move(result.observation);
  }
  return runs;
}

}  // namespace

std::function<BucketRuns(std::span<const Case>, bool trace)> same_bucket_runs(Target& target, std::string bucket,
                                                                              RunOptions options) {
  return [&target, bucket = std::move(bucket), options](std::span<const Case> cases, bool trace) {
    RunOptions traced = options;
    traced.trace = trace;
    return run_in_bucket(target, bucket, cases, target.info().controlled ? 1 : kUncontrolledRuns, traced);
  };
}

std::function<BucketRuns(std::span<const Case>, const Guide& guide)> guided_runs(Target& target, std::string bucket,
                                                                                 RunOptions options) {
  return [&target, bucket = std::move(bucket), options](std::span<const Case> cases, const Guide& guide) {
    RunOptions held = options;
    held.guide = guide;
    return run_in_bucket(target, bucket, cases, 1, held);
  };
}

RunOptions continuation_bounds(const Observation& trace) {
  constexpr std::uint64_t kStepsFactor = 20;
  constexpr std::uint64_t kStepsMin = 10'000;
  return {.steps_max = trace.yields * kStepsFactor + kStepsMin, .timeout_ms = 5'000};
}

Expected<ReplayCount> replay(Target& target, const Case& recorded, const std::string& bucket, std::uint32_t times,
                             RunOptions options) {
  options.strict = true;
  ReplayCount count;
  std::set<std::uint64_t> digests;
  while (count.times < times) {
    const std::vector<Case> batch(std::min(kReplayBatch, times - count.times), recorded);
    const auto results = run_cases(target, batch, options);
    if (!results && results.error().code == ErrorCode::kInterrupted) break;
    if (!results) return tl::unexpected(results.error());
    for (const RunResult& result : *results) {
      ++count.times;
      digests.insert(result.observation.trace_digest);
      if (failed_in(result, bucket)) ++count.reproduced;
      if (result.observation.end == RunEnd::kRefused) ++count.refused;
    }
  }
  if (target.info().controlled) count.traces_distinct = static_cast<std::uint32_t>(digests.size());
  return count;
}

}  // namespace straylane
