#include "explain/guided_session.h"

#include <fmt/format.h>

namespace straylane {

GuidedSession::Count GuidedSession::draw(const Guide& guide, std::uint64_t first_seed, std::uint32_t count,
                                         const std::optional<ThreadId>& same_thread) {
  Count result;
  if (!over() && options_.time_is_up()) stopped_ = "the time was up";
  if (!over() && executions_ + count > options_.executions_max) {
    stopped_ = fmt::format("the limit of executions was reached ({} of {})", executions_, options_.executions_max);
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
    const ThreadOutcome* outcome = same_thread ? outcome_of(observation, *same_thread) : nullptr;
    result.failed += failed && (!same_thread || (outcome != nullptr && outcome->exception));
  }
  return result;
}

const ThreadOutcome* outcome_of(const Observation& observation, ThreadId thread) {
  const auto launch = static_cast<std::size_t>(thread.launch);
  const auto index = static_cast<std::size_t>(thread.index);
  if (thread.is_main() || launch >= observation.launches.size()) return nullptr;
  const auto& threads = observation.launches[launch].threads;
  return index < threads.size() ? &threads[index] : nullptr;
}

const ThreadOutcome* first_to_fail(const Observation& observation) {
  const ThreadOutcome* first = nullptr;
  for (const LaunchObservation& launch : observation.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (thread.exception && (first == nullptr || thread.exception_order < first->exception_order)) first = &thread;
    }
  }
  return first;
}

}  // namespace straylane
