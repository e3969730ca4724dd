#include "interleave/pos_strategy.h"

#include "interleave/interleaver.h"
#include "interleave/strategy_factory.h"

namespace straylane {

ThreadIndex PosStrategy::pick_among(const ChoicePoint& point, const std::vector<ThreadIndex>& candidates) {
  draw_again(last_);  // both threads have moved on to their next event
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

std::uint64_t& PosStrategy::priority_of(ThreadIndex thread) {
  const std::size_t place = place_of(thread);
  if (place >= priorities_.size()) priorities_.resize(place + 1, kNone);
  return priorities_[place];
}

std::unique_ptr<Strategy> make_pos(const DrawnForm& drawn) { return std::make_unique<PosStrategy>(drawn.seed); }

}  // namespace straylane
