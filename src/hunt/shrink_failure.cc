#include "hunt/shrink_failure.h"

#include <algorithm>
#include <span>

#include "run/run_case.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

constexpr std::size_t kUsualShapeTries = 256;
constexpr std::size_t kBatch = 16;

// The first minimum has the usual shape: a failing case of that shape, or `failing` itself where none was met.
Expected<Case> at_usual_shape(Target& target, const Case& failing, const std::string& bucket) {
  const Schema& schema = target.info().program.schema;
  Case usual = failing;
  for (Settings& settings : usual.calls) {
    for (std::size_t place = schema.shape_begin(); place < schema.size(); ++place) {
      const std::size_t parameter = schema.shrink_order()[place];
      settings[parameter] = schema[parameter].usual;
    }
    settings = schema.clamped(settings);
  }
  if (usual.calls == failing.calls) return failing;
  if (!target.info().controlled) {  // no schedule to draw
    const auto runs = same_bucket_runs(target, bucket)({&usual, 1}, false);
    if (!runs) return tl::unexpected(runs.error());
    return runs->front().first ? usual : failing;
  }
  std::vector<Case> candidates(kUsualShapeTries, usual);
  for (std::size_t i = 1; i < candidates.size(); ++i) candidates[i].schedule = DrawnForm{DrawnStrategy::kSticky, i};
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
  const Schema& schema = target.info().program.schema;
  if (!causes.empty()) return shrink(other_cause_runs(target, bucket, causes), schema, failing, options);
  const auto from = at_usual_shape(target, failing, bucket);
  if (!from) return tl::unexpected(from.error());
  return shrink(same_bucket_runs(target, bucket), schema, *from, options);
}

}  // namespace straylane
