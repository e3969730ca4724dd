#include "interleave/pos_strategy.h"

#include "interleave/interleaver.h"

namespace straylane {

std::uint64_t& PosStrategy::priority_of(ThreadIndex thread) {
  const std::size_t place = static_cast<ThreadIndex>(thread + 1);  // kMainIndex + 1 is 0
  if (place >= priorities_.size()) priorities_.resize(place + 1, kNone);
  return priorities_[place];
}

ThreadIndex PosStrategy::pick(const ChoicePoint& point) { return pick_among(point, point.enabled); }

ThreadIndex PosStrategy::pick_among(const ChoicePoint& point, const std::vector<ThreadIndex>& candidates) {
  draw_again(last_);  // these have moved on to their next event
  draw_again(point.current);
  ThreadIndex best = candidates.front();
  std::uint64_t highest = 0;
  for (const ThreadIndex thread : candidates) {
    std::uint64_t& priority = priority_of(thread);
    if (priority == kNone) priority = random_.next() | 1;
    if (priority <= highest) continue;
    highest = priority;
    best = thread;
  }
  const PendingEvent chosen = point.interleaver.next_event(best);
  for (const ThreadIndex thread : point.enabled) {
    if (thread != best && conflict(chosen, point.interleaver.next_event(thread))) draw_again(thread);
  }
  last_ = best;
  return best;
}

}  // namespace straylane
