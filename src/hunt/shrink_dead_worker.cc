#include "hunt/shrink_dead_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "run/run_case.h"
#include "shrink/field_search.h"

namespace straylane {
namespace {

using Clock = std::chrono::steady_clock;

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
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    if (result_.executions >= options_.executions_max || seconds > options_.time_s) {
      result_.stopped_early = fmt::format("stopped after {} executions, {:.0f} s", result_.executions, seconds);
      return false;
    }
    ++result_.executions;
    const auto run = run_case(target_, c, {.timeout_ms = options_.timeout_ms});
    if (!run) broken_ = run.error();
    return run && run->verdict.failure && bucket_of(*run->verdict.failure) == bucket_;
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

  // One parameter of the first call: its smallest value, then bisection. Each run costs a worker.
  bool descend(std::size_t parameter) {
    const FieldUnderSearch field{.min = 0,
                                 .now = [&] { return schema_.ordinal(parameter, failing_.calls[0][parameter]); },
                                 .take_first =
                                     [&](const std::vector<std::int64_t>& ordinals) {
                                       return std::any_of(ordinals.begin(), ordinals.end(), [&](std::int64_t ordinal) {
                                         return take(parameter, schema_.value_at(parameter, ordinal));
                                       });
                                     },
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
  Clock::time_point start_ = Clock::now();
  Case failing_;
  DeadWorkerShrink result_;
  std::optional<Error> broken_;
};

}  // namespace

Expected<DeadWorkerShrink> smaller_settings_of_dead_worker(Target& target, const Case& failing,
                                                           const std::string& bucket,
                                                           const DeadWorkerOptions& options) {
  return Descent(target, bucket, options).run(failing);
}

}  // namespace straylane
