#include "explain/guided_session.h"

#include <fmt/format.h>

#include <algorithm>

namespace straylane {
namespace {

bool has_exception(const Observation& observation, ThreadId thread) {
  if (thread.is_main()) return true;
  const auto launch = static_cast<std::size_t>(thread.launch);
  if (launch >= observation.launches.size()) return false;
  const auto& threads = observation.launches[launch].threads;
  return std::any_of(threads.begin(), threads.end(),
                     [thread](const ThreadOutcome& t) { return t.id == thread && t.exception; });
}

}  // namespace

GuidedSession::Count GuidedSession::draw(const Guide& guide, std::uint64_t first_seed, std::uint32_t count,
                                         const std::optional<ThreadId>& same_thread) {
  Count result;
  if (!over() && options_.time_is_up()) stopped_ = "the time was up";
  if (!over() && executions_ + count > options_.executions_max) {
    stopped_ = fmt::format("{} executions were made, and no more than {} may be", executions_, options_.executions_max);
  }
  if (over()) return result;
  std::vector<Case> cases(count, failing_);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t seed = first_seed + i;
    cases[i].schedule = DrawnForm{.strategy = seed % 4 == 3 ? DrawnStrategy::kPct : DrawnStrategy::kSticky,
                                  .seed = seed,
                                  .steps_expected = options_.steps_expected};
  }
  executions_ += count;
  auto runs = run_(cases, guide);
  if (!runs) {
    error_ = runs.error();
    return result;
  }
  for (const auto& [failed, observation] : *runs) {
    if (observation.end == RunEnd::kRefused) continue;
    ++result.runs;
    result.failed += failed && (!same_thread || has_exception(observation, *same_thread));
  }
  return result;
}

}  // namespace straylane
