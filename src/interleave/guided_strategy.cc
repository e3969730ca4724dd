#include "interleave/guided_strategy.h"

#include <fmt/format.h>

#include <algorithm>

#include "interleave/interleaver.h"

namespace straylane {

GuidedStrategy::GuidedStrategy(std::unique_ptr<Strategy> inner, const Guide& guide, const SiteNumber& site_number)
    : inner_(std::move(inner)), prefix_yields_(guide.prefix_yields), over_(guide.orderings.size()) {
  for (const Choice& choice : guide.prefix) prefix_.emplace(Place{choice.thread, choice.yield}, choice.to);
  for (std::size_t i = 0; i < guide.orderings.size(); ++i) {
    const Ordering& ordering = guide.orderings[i];
    for (const Stretch* end : {&ordering.first, &ordering.second}) {
      watched_[{end->thread, site_number(end->site)}].push_back({end->visit, i, end == &ordering.first});
    }
  }
}

// The thread's stretch before this yield point is over; it now stands before the next one.
void GuidedStrategy::arrive(const ChoicePoint& point) {
  std::vector<Watched>& at = standing_at_[point.thread];
  for (const Watched& end : at) {
    if (end.first) over_[end.ordering] = true;
  }
  at.clear();
  const auto place = watched_.find({point.thread, point.site});
  if (place == watched_.end()) return;
  const std::uint32_t visit = ++visits_[place->first];
  for (const Watched& end : place->second) {
    if (end.visit == visit) at.push_back(end);
  }
}

bool GuidedStrategy::held_back(ThreadId thread) const {
  const auto at = standing_at_.find(thread);
  if (at == standing_at_.end()) return false;
  return std::any_of(at->second.begin(), at->second.end(),
                     [this](const Watched& end) { return !end.first && !over_[end.ordering]; });
}

ThreadIndex GuidedStrategy::pick(const ChoicePoint& point) {
  if (!watched_.empty()) arrive(point);
  if (refusal_) return point.by_default;
  if (point.interleaver.yields() <= prefix_yields_) {
    const auto choice = prefix_.find({point.thread, point.yield});
    if (choice == prefix_.end()) return point.by_default;
    for (const ThreadIndex thread : point.enabled) {
      if (point.interleaver.id_of(thread) == choice->second) return thread;
    }
    refusal_ = fmt::format("the prefix cannot be carried out: thread {} cannot go on", to_string(choice->second));
    return point.by_default;
  }
  return watched_.empty() && point.enabled.size() > 1 ? inner_->pick(point) : pick_allowed(point);
}

ThreadIndex GuidedStrategy::pick_allowed(const ChoicePoint& point) {
  allowed_.clear();
  for (const ThreadIndex thread : point.enabled) {
    if (!held_back(point.interleaver.id_of(thread))) allowed_.push_back(thread);
  }
  if (allowed_.empty()) {
    refusal_ = fmt::format("the orderings cannot all hold: none of {} threads may go on", point.enabled.size());
    return point.by_default;
  }
  if (allowed_.size() == 1) return allowed_.front();
  const bool default_allowed = std::find(allowed_.begin(), allowed_.end(), point.by_default) != allowed_.end();
  return inner_->pick({.current = point.current,
                       .thread = point.thread,
                       .can_go_on = point.can_go_on && default_allowed,
                       .yield = point.yield,
                       .site = point.site,
                       .enabled = allowed_,
                       .by_default = default_allowed ? point.by_default : allowed_.front(),
                       .interleaver = point.interleaver});
}

std::optional<std::string> GuidedStrategy::refusal() const { return refusal_ ? refusal_ : inner_->refusal(); }

std::unique_ptr<Strategy> guided(std::unique_ptr<Strategy> strategy, const Guide& guide,
                                 const SiteNumber& site_number) {
  if (guide.empty()) return strategy;
  return std::make_unique<GuidedStrategy>(std::move(strategy), guide, site_number);
}

}  // namespace straylane
