#include "hunt/shrink_dead_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "run/run_case.h"

namespace straylane {
namespace {

using Clock = std::chrono::steady_clock;

class Descent {
 public:
  Descent(Target& target, const std::string& bucket, const DeadWorkerOptions& options)
      : target_(target), bucket_(bucket), options_(options) {}

  Expected<DeadWorkerShrink> run(Case failing) {
    failing.schedule = RecordedForm{};
    failing.sites.clear();
    if (fails(failing)) {
      keep_one_launch(failing);
      Settings before;
      do {
        before = failing.launches[0];
        descend(failing, &Settings::array_size, 1);
        descend(failing, &Settings::n_threads, 0);
        descend(failing, &Settings::buffer_size, 1);
      } while (before != failing.launches[0]);
      result_.minimal = std::move(failing);
    }
    if (broken_) return tl::unexpected(*broken_);
    return std::move(result_);
  }

 private:
  bool fails(const Case& c) {
    if (broken_ || !result_.stopped_early.empty()) return false;
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

  void keep_one_launch(Case& failing) {
    if (failing.launches.size() == 1) return;
    for (const Settings& launch : failing.launches) {
      Case alone = failing;
      alone.launches = {launch};
      if (!fails(alone)) continue;
      failing = std::move(alone);
      return;
    }
  }

  // Of the first launch. n_threads follows array_size down.
  void descend(Case& failing, std::int64_t Settings::*field, std::int64_t min) {
    const auto with = [&](std::int64_t value) {
      Case smaller = failing;
      Settings& s = smaller.launches[0];
      s.*field = value;
      s.n_threads = std::min(s.n_threads, s.array_size);
      return smaller;
    };
    std::int64_t passes = min - 1;
    for (std::int64_t next = min; passes + 1 < failing.launches[0].*field;
         next = passes + (failing.launches[0].*field - passes) / 2) {
      Case smaller = with(next);
      if (fails(smaller)) {
        failing = std::move(smaller);
      } else {
        passes = next;
      }
    }
  }

  Target& target_;
  const std::string& bucket_;
  const DeadWorkerOptions& options_;
  Clock::time_point start_ = Clock::now();
  DeadWorkerShrink result_;
  std::optional<Error> broken_;
};

}  // namespace

Expected<DeadWorkerShrink> shrink_dead_worker(Target& target, const Case& failing, const std::string& bucket,
                                              const DeadWorkerOptions& options) {
  return Descent(target, bucket, options).run(failing);
}

}  // namespace straylane
