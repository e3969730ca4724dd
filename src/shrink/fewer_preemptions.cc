#include "shrink/fewer_preemptions.h"

#include <algorithm>

#include "shrink/exhaustive_schedules.h"

namespace straylane {

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
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (runs[i].first) return {.found = as_recorded(batch[i], runs[i].second)};
      schedules.observed(runs[i].second);
    }
  }
}

}  // namespace straylane
