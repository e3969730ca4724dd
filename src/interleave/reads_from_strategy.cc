#include "interleave/reads_from_strategy.h"

#include <algorithm>

#include "interleave/interleaver.h"

namespace straylane {

bool ReadsFromStrategy::write_waits(const PendingEvent& event) const {
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    const ReadsFromConstraint& c = constraints_[i];
    if (!c.wanted && c.maker == Maker::kOther && c.writer == event.site && read_[i] == 0) return true;
  }
  return false;
}

ReadsFromStrategy::Wish ReadsFromStrategy::wish_of(const ChoicePoint& point, ThreadIndex thread) const {
  const PendingEvent event = point.interleaver.next_event(thread);
  if (event.kind == EventKind::kUnknown) return Wish::kNone;
  bool gets_wanted = false;
  bool wanted_is_to_come = false;
  if (reads(event.kind)) {
    const AccessPair now = point.interleaver.pairs().reads_from(thread, event.site, event.object);
    for (std::size_t i = 0; i < constraints_.size(); ++i) {
      const ReadsFromConstraint& c = constraints_[i];
      if (c.reader != event.site || read_[i] != 0) continue;
      const bool same = c.writer == now.earlier && c.maker == now.maker;
      if (same && !c.wanted) return Wish::kReadWaits;
      gets_wanted = gets_wanted || (same && c.wanted);
      wanted_is_to_come = wanted_is_to_come || (!same && c.wanted);
    }
  }
  if (gets_wanted) return Wish::kFirst;
  if (wanted_is_to_come) return Wish::kReadWaits;
  return writes(event.kind) && write_waits(event) ? Wish::kWriteWaits : Wish::kNone;
}

ThreadIndex ReadsFromStrategy::pick(const ChoicePoint& point) {
  if (constraints_.empty()) return pos_.pick(point);
  candidates_.clear();
  Wish highest = Wish::kReadWaits;
  for (const ThreadIndex thread : point.enabled) {
    const Wish wish = wish_of(point, thread);
    if (wish > highest) candidates_.clear();
    highest = std::max(highest, wish);
    if (wish == highest) candidates_.push_back(thread);
  }
  const ThreadIndex picked = pos_.pick_among(point, candidates_);
  const PendingEvent event = point.interleaver.next_event(picked);
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    if (reads(event.kind) && constraints_[i].reader == event.site) read_[i] = 1;
  }
  return picked;
}

}  // namespace straylane
