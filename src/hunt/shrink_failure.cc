#include "hunt/shrink_failure.h"

#include <algorithm>
#include <span>

#include "run/run_case.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

constexpr std::size_t kUsualBlockSizeTries = 256;
constexpr std::size_t kBatch = 16;

// The first minimum is one of the block size that kernels are launched with: a failing case at that size, or `failing`
// itself where none was met.
Expected<Case> at_usual_block_size(Target& target, const Case& failing, const std::string& bucket) {
  const auto usual = [](const Settings& s) { return s.block_size == Settings{}.block_size; };
  if (std::all_of(failing.launches.begin(), failing.launches.end(), usual)) return failing;
  if (!target.info().controlled) {  // no schedule to draw
    Case candidate = failing;
    for (Settings& s : candidate.launches) s.block_size = Settings{}.block_size;
    const auto runs = same_bucket_runs(target, bucket)({&candidate, 1}, false);
    if (!runs) return tl::unexpected(runs.error());
    return runs->front().first ? candidate : failing;
  }
  std::vector<Case> candidates(kUsualBlockSizeTries, failing);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    for (Settings& s : candidates[i].launches) s.block_size = Settings{}.block_size;
    if (i > 0) candidates[i].schedule = DrawnForm{DrawnStrategy::kSticky, i};
  }
  for (std::span<const Case> left = candidates; !left.empty();) {
    const auto batch = left.first(std::min<std::size_t>(left.size(), kBatch));
    auto results = run_cases(target, batch, {});
    if (!results) return tl::unexpected(results.error());
    for (RunResult& result : *results) {
      if (result.verdict.failure && bucket_of(*result.verdict.failure) == bucket) return std::move(result.recorded);
    }
    left = left.subspan(batch.size());
  }
  return failing;
}

}  // namespace

Expected<ShrinkResult> shrink_failure(Target& target, const Case& failing, const std::string& bucket,
                                      const ShrinkOptions& options, const KnownCauses& causes) {
  if (!causes.empty()) return shrink(other_cause_runs(target, bucket, causes), failing, options);
  const auto from = at_usual_block_size(target, failing, bucket);
  if (!from) return tl::unexpected(from.error());
  return shrink(same_bucket_runs(target, bucket), *from, options);
}

}  // namespace straylane
