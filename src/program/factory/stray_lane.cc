#include "program/factory/stray_lane.h"

namespace straylane {

std::optional<Failure> StrayLane::judge(const Case& c, const Observation& observation) const {
  for (std::size_t i = 0; i < observation.launches.size(); ++i) {
    const std::int64_t n_threads = c.launches.at(i).n_threads;
    for (const ThreadOutcome& thread : observation.launches[i].threads) {
      if (!thread.passed_guard || thread.thread_index < n_threads) continue;
      return Failure{.oracle = name(),
                     .message = "a thread whose index is n_threads or more went on behind the guard",
                     .function = thread.first_after_guard ? thread.first_after_guard->function : "",
                     .thread = thread.id,
                     .thread_index = thread.thread_index,
                     .n_threads = n_threads,
                     .stray = true};
    }
  }
  return std::nullopt;
}

}  // namespace straylane
