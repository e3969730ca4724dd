#include "search/interesting_events.h"

#include <algorithm>

namespace straylane {
namespace {

auto of(const std::vector<Settings>& calls) {
  return [&calls](const auto& known) { return known.calls == calls; };
}

}  // namespace

void InterestingEvents::observed(const std::vector<Settings>& calls, const std::vector<EventCounts>& counts) {
  if (counts.empty()) return;
  auto known = std::find_if(known_.begin(), known_.end(), of(calls));
  if (known == known_.end()) {
    if (known_.size() == kCallsMax) known_.erase(known_.begin());
    known_.push_back({calls, {}});
    known = known_.end() - 1;
  }
  for (const EventCounts& c : counts) {
    const bool is_known = std::find(subjects_.begin(), subjects_.end(), c.subject) != subjects_.end();
    if (!is_known && subjects_.size() == kSubjectsMax) continue;
    if (!is_known) subjects_.push_back(c.subject);
    auto& most = known->by_subject[c.subject];
    most.resize(std::max(most.size(), c.by_thread.size()), 0);
    for (std::size_t i = 0; i < c.by_thread.size(); ++i) most[i] = std::max(most[i], c.by_thread[i]);
  }
}

EventCounts InterestingEvents::next(const std::vector<Settings>& calls, RandomSource& random) const {
  if (subjects_.empty()) return {};
  EventCounts interesting{subjects_[random.below(subjects_.size())], {}};
  const auto known = std::find_if(known_.begin(), known_.end(), of(calls));
  if (known == known_.end()) return interesting;
  const auto counts = known->by_subject.find(interesting.subject);
  if (counts != known->by_subject.end()) interesting.by_thread = counts->second;
  return interesting;
}

}  // namespace straylane
