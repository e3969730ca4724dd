#include "interleave/list_strategy.h"

namespace straylane {

ThreadIndex ListStrategy::pick(const ChoicePoint& point) {
  if (!point.can_go_on) return point.by_default;
  auto& [applied, choice_points_after, alternatives] = figures_;
  if (applied == preemptions_.size() || choice_points_after < preemptions_[applied].gap) {
    ++choice_points_after;
    return point.by_default;
  }
  alternatives = static_cast<std::uint32_t>(point.enabled.size() - 1);
  std::uint32_t other = preemptions_[applied].pick % alternatives;
  choice_points_after = 0;
  ++applied;
  for (const ThreadIndex thread : point.enabled) {
    if (thread == point.current) continue;
    if (other-- == 0) return thread;
  }
  return point.by_default;  // not reached: `other` is below the number of other threads
}

}  // namespace straylane
