#include "search/search_loop.h"

#include <algorithm>
#include <chrono>

namespace straylane {

Expected<std::vector<RunResult>> SearchLoop::next_batch() {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < batch_; ++i) cases.push_back(portfolio_.next());
  batch_ = std::min(2 * batch_, kBatchMax);
  const auto start = std::chrono::steady_clock::now();
  auto results = run_cases(target_, cases, {});
  if (!results) return results;
  for (const RunResult& result : *results) portfolio_.observed(result);
  portfolio_.took(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return results;
}

std::uint64_t launches_of(const RunResult& result) {
  const Observation& o = result.observation;
  if (o.not_launched.empty()) return std::max<std::uint64_t>(o.launches.size(), 1);
  return static_cast<std::uint64_t>(
      std::count_if(o.launches.begin(), o.launches.end(), [](const LaunchObservation& l) { return !l.raised; }));
}

}  // namespace straylane
