#include "shrink/fewer_preemptions.h"

#include <algorithm>

#include "shrink/exhaustive_schedules.h"

namespace straylane {
namespace {

// Choice points, times the other threads that are enabled there: half of them, since threads end one after the other.
std::uint64_t one_preemption_estimate(const Observation& without) {
  std::uint64_t threads = 0;
  for (const LaunchObservation& launch : without.launches)
    threads = std::max<std::uint64_t>(threads, launch.threads.size());
  return without.choice_points_after * std::max<std::uint64_t>(threads / 2, 1);
}

}  // namespace

FewerPreemptions search_fewer_preemptions(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                          std::uint64_t executions_max) {
  if (preemptions == 0) return {.proven = true};
  ExhaustiveSchedules schedules(preemptions - 1);
  const std::uint64_t end = session.executions() + executions_max;
  for (;;) {
    const std::uint64_t left = end - std::min(end, session.executions());
    if (left == 0) return {};
    std::vector<Case> batch;
    for (SearchForm& schedule : schedules.next(std::min<std::uint64_t>(left, ShrinkSession::kBatch))) {
      batch.push_back(failing);
      batch.back().schedule = std::move(schedule);
    }
    if (batch.empty()) return {.proven = true};
    const auto runs = session.run(batch, false);
    if (runs.empty()) return {};
    // The run without any preemption tells how many with one there are, about: where they exceed the bound, not one of
    // them is run.
    if (schedules.level() == 0 && preemptions > 1 && one_preemption_estimate(runs.front().second) > left) return {};
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (runs[i].first) return {.found = as_recorded(batch[i], runs[i].second)};
      schedules.observed(runs[i].second);
    }
  }
}

}  // namespace straylane
