#include "run/determinism.h"

#include <algorithm>
#include <set>
#include <vector>

namespace straylane {
namespace {

constexpr std::uint32_t kBatch = 64;

}  // namespace

Expected<ReplayCount> replay(Target& target, const Case& recorded, const std::string& bucket, std::uint32_t times,
                             RunOptions options) {
  options.strict = true;
  ReplayCount count;
  std::set<std::uint64_t> digests;
  while (count.times < times) {
    const std::vector<Case> batch(std::min(kBatch, times - count.times), recorded);
    auto results = run_cases(target, batch, options);
    if (!results && results.error().code == ErrorCode::kInterrupted) break;
    if (!results) return tl::unexpected(results.error());
    for (const RunResult& result : *results) {
      ++count.times;
      digests.insert(result.observation.trace_digest);
      if (result.verdict.failure && bucket_of(*result.verdict.failure) == bucket) ++count.reproduced;
      if (result.observation.end == RunEnd::kRefused && count.refused++ == 0) {
        count.refusal = result.observation.end_detail;
      }
    }
  }
  if (target.info().controlled) count.traces_distinct = static_cast<std::uint32_t>(digests.size());
  return count;
}

}  // namespace straylane
