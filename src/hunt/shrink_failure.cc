#include "hunt/shrink_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>

#include "run/same_bucket.h"
#include "shrink/field_search.h"

namespace straylane {
namespace {

constexpr std::size_t kUsualShapeTries = 256;
constexpr std::size_t kBatch = 16;

// Gives a failing case of the usual shape, which the first minimum has, or `failing` itself if none was found.
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
  if (!target.info().controlled) {  // there is no schedule to draw
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
      if (fails_in(result, bucket)) return std::move(result.recorded);
    }
    left = left.subspan(batch.size());
  }
  return failing;
}

// Gives same_bucket_runs in which a run with one of `causes` does not count as failing, so that shrinking another cause
// stays with it. Every run is traced. Explanations do without this: they start from the orderings of their run, and
// would count the absence of other causes among them.
RunMany other_cause_runs(Target& target, const std::string& bucket, const KnownCauses& causes) {
  return [all = same_bucket_runs(target, bucket), causes](std::span<const Case> cases, bool) {
    auto runs = all(cases, true);
    for (std::size_t i = 0; runs && i < runs->size(); ++i) {
      auto& [fails, observation] = (*runs)[i];
      fails = fails && !has_known_cause(causes, observation);
    }
    return runs;
  };
}

// The search of smaller_settings_of_dead_worker.
class Descent {
 public:
  Descent(Target& target, const std::string& bucket, const DeadWorkerOptions& options)
      : target_(target), schema_(target.info().program.schema), bucket_(bucket), options_(options) {}

  Expected<DeadWorkerShrink> run(Case failing) {
    failing.schedule = RecordedForm{};
    failing.sites.clear();
    if (fails(failing)) {
      failing_ = std::move(failing);
      keep_one_call();
      bool moved = true;
      while (moved) {
        moved = false;
        for (std::size_t place = 0; place < schema_.shape_begin(); ++place) {
          moved |= descend(schema_.shrink_order()[place]);
        }
      }
      result_.minimal = std::move(failing_);
    }
    if (broken_) return tl::unexpected(*broken_);
    return std::move(result_);
  }

 private:
  bool over() const { return broken_ || !result_.stopped_early.empty(); }

  bool fails(const Case& c) {
    if (over()) return false;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    if (result_.executions >= options_.executions_max || seconds > options_.time_s) {
      result_.stopped_early = fmt::format("stopped after {} executions, {:.0f} s", result_.executions, seconds);
      return false;
    }
    ++result_.executions;
    const auto run = run_case(target_, c, {.timeout_ms = options_.timeout_ms});
    if (!run) broken_ = run.error();
    return run && fails_in(*run, bucket_);
  }

  void keep_one_call() {
    if (failing_.calls.size() == 1) return;
    for (const Settings& call : failing_.calls) {
      Case alone = failing_;
      alone.calls = {call};
      if (!fails(alone)) continue;
      failing_ = std::move(alone);
      return;
    }
  }

  // Lowers one parameter of the first call: tries its smallest value, then bisects. Each run costs a worker.
  bool descend(std::size_t parameter) {
    const auto take_first = [&](const std::vector<std::int64_t>& ordinals) {
      return std::ranges::any_of(
          ordinals, [&](std::int64_t ordinal) { return take(parameter, schema_.value_at(parameter, ordinal)); });
    };
    const FieldUnderSearch field{.min = 0,
                                 .now = [&] { return schema_.ordinal(parameter, failing_.calls[0][parameter]); },
                                 .take_first = take_first,
                                 .over = [this] { return over(); }};
    return search_field(field, {.linear_max = 1, .window = 0});
  }

  bool take(std::size_t parameter, std::int64_t value) {
    Case smaller = failing_;
    smaller.calls[0] = schema_.with(smaller.calls[0], parameter, value);
    if (!fails(smaller)) return false;
    failing_ = std::move(smaller);
    return true;
  }

  Target& target_;
  const Schema& schema_;
  const std::string& bucket_;
  const DeadWorkerOptions& options_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Case failing_;
  DeadWorkerShrink result_;
  std::optional<Error> broken_;
};

}  // namespace

Expected<ShrinkResult> shrink_failure(Target& target, const Case& failing, const std::string& bucket,
                                      const ShrinkOptions& options, const KnownCauses& causes) {
  const Schema& schema = target.info().program.schema;
  if (!causes.empty()) return shrink(other_cause_runs(target, bucket, causes), schema, failing, options);
  const auto from = at_usual_shape(target, failing, bucket);
  if (!from) return tl::unexpected(from.error());
  return shrink(same_bucket_runs(target, bucket), schema, *from, options);
}

Expected<DeadWorkerShrink> smaller_settings_of_dead_worker(Target& target, const Case& failing,
                                                           const std::string& bucket,
                                                           const DeadWorkerOptions& options) {
  return Descent(target, bucket, options).run(failing);
}

}  // namespace straylane
