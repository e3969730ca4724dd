#include "search/interesting_events.h"

#include <algorithm>

namespace straylane {

void InterestingEvents::observed(const std::vector<Settings>& calls, const std::vector<EventCounts>& counts) {
  if (counts.empty()) return;
  auto known = std::ranges::find(known_, calls, &Known::calls);
  if (known == known_.end()) {
    if (known_.size() == kCallsMax) known_.erase(known_.begin());
    known = known_.insert(known_.end(), {calls, {}});
  }
  for (const auto& [subject, by_thread] : counts) {
    if (std::ranges::find(subjects_, subject) == subjects_.end()) {
      if (subjects_.size() == kSubjectsMax) continue;
      subjects_.push_back(subject);
    }
    auto& most = known->by_subject[subject];
    most.resize(std::max(most.size(), by_thread.size()), 0);
    for (std::size_t i = 0; i < by_thread.size(); ++i) most[i] = std::max(most[i], by_thread[i]);
  }
}

EventCounts InterestingEvents::next(const std::vector<Settings>& calls, RandomSource& random) const {
  if (subjects_.empty()) return {};
  EventCounts interesting{subjects_[random.below(subjects_.size())], {}};
  const auto known = std::ranges::find(known_, calls, &Known::calls);
  if (known == known_.end()) return interesting;
  const auto counts = known->by_subject.find(interesting.subject);
  if (counts != known->by_subject.end()) interesting.by_thread = counts->second;
  return interesting;
}

}  // namespace straylane
