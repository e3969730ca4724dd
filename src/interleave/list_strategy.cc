#include "interleave/list_strategy.h"

namespace straylane {

ThreadIndex ListStrategy::pick(const ChoicePoint& point) {
  if (!point.can_go_on) return point.by_default;
  if (applied_ == preemptions_.size() || choice_points_after_ < preemptions_[applied_].gap) {
    ++choice_points_after_;
    return point.by_default;
  }
  alternatives_ = static_cast<std::uint32_t>(point.enabled.size() - 1);
  std::uint32_t other = preemptions_[applied_].pick % alternatives_;
  choice_points_after_ = 0;
  ++applied_;
  for (const ThreadIndex thread : point.enabled) {
    if (thread == point.current) continue;
    if (other-- == 0) return thread;
  }
  return point.by_default;  // not reached: `other` is below the number of other threads
}

}  // namespace straylane
