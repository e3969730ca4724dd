#include "interleave/pct_strategy.h"

#include <algorithm>

namespace straylane {
namespace {

// Initial priorities lie above every priority that a change point gives.
constexpr std::uint64_t kInitialMin = std::uint64_t{1} << 32;

}  // namespace

PctStrategy::PctStrategy(std::uint64_t seed, std::uint32_t depth, std::uint32_t steps_expected) : random_(seed) {
  for (std::uint32_t i = 1; i < depth; ++i) change_points_.push_back(random_.below(std::max(steps_expected, 1U)));
  std::sort(change_points_.begin(), change_points_.end());
}

std::uint64_t PctStrategy::priority_of(ThreadIndex thread) {
  const auto [entry, fresh] = priorities_.try_emplace(thread, 0);
  if (fresh) entry->second = kInitialMin + random_.below(kInitialMin);
  return entry->second;
}

ThreadIndex PctStrategy::highest(const std::vector<ThreadIndex>& enabled) {
  ThreadIndex best = enabled.front();
  for (const ThreadIndex thread : enabled) {
    if (priority_of(thread) > priority_of(best)) best = thread;
  }
  return best;
}

ThreadIndex PctStrategy::pick(const ChoicePoint& point) {
  while (changes_made_ < change_points_.size() && change_points_[changes_made_] <= step_) {
    ++changes_made_;
    priorities_[point.current] = change_points_.size() - changes_made_;
  }
  ++step_;
  return highest(point.enabled);
}

}  // namespace straylane
