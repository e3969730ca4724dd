#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "interleave/interleaver.h"
#include "interleave/strategy_factory.h"

namespace straylane {
namespace {

// Holds another strategy to a guide (domain/guide.h). The other strategy is asked only after the prefix, and is offered
// only the threads that no ordering holds back. This one sees every yield point, even without a choice, because it
// counts visits.
class GuidedStrategy final : public Strategy {
 public:
  GuidedStrategy(std::unique_ptr<Strategy> inner, const Guide& guide, const SiteNumber& site_number)
      : inner_(std::move(inner)), prefix_yields_(guide.prefix_yields), over_(guide.orderings.size()) {
    for (const Choice& choice : guide.prefix) prefix_.emplace(Place{choice.thread, choice.yield}, choice.to);
    for (std::size_t i = 0; i < guide.orderings.size(); ++i) {
      const Ordering& ordering = guide.orderings[i];
      for (const Stretch* end : {&ordering.first, &ordering.second}) {
        watched_[{end->thread, site_number(end->site)}].push_back({end->visit, i, end == &ordering.first});
      }
    }
  }

  bool sees_forced_steps() const override { return true; }
  std::optional<std::string> refusal() const override { return refusal_ ? refusal_ : inner_->refusal(); }

  ThreadIndex pick(const ChoicePoint& point) override {
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

 private:
  using Place = std::pair<ThreadId, std::uint32_t>;  // a thread and a site, or a thread and its yield point
  struct Watched {
    std::uint32_t visit = 0;
    std::size_t ordering = 0;
    bool first = false;  // which end of the ordering
  };

  // Ends the thread's stretch before this yield point: the thread now stands before its next one.
  void arrive(const ChoicePoint& point) {
    std::vector<Watched>& at = standing_at_[point.thread];
    for (const Watched& end : at) {
      if (end.first) over_[end.ordering] = true;
    }
    at.clear();
    const auto place = watched_.find({point.thread, point.site});
    if (place == watched_.end()) return;
    const std::uint32_t visit = ++visits_[place->first];
    std::ranges::copy_if(place->second, std::back_inserter(at), [&](const Watched& end) { return end.visit == visit; });
  }

  bool held_back(ThreadId thread) const {
    const auto at = standing_at_.find(thread);
    return at != standing_at_.end() &&
           std::ranges::any_of(at->second, [this](const Watched& end) { return !end.first && !over_[end.ordering]; });
  }

  ThreadIndex pick_allowed(const ChoicePoint& point) {
    allowed_.clear();
    for (const ThreadIndex thread : point.enabled) {
      if (!held_back(point.interleaver.id_of(thread))) allowed_.push_back(thread);
    }
    if (allowed_.empty()) {
      refusal_ = fmt::format("the orderings cannot all hold: none of {} threads may go on", point.enabled.size());
      return point.by_default;
    }
    if (allowed_.size() == 1) return allowed_.front();
    const bool default_allowed = std::ranges::find(allowed_, point.by_default) != allowed_.end();
    return inner_->pick({.current = point.current,
                         .thread = point.thread,
                         .can_go_on = point.can_go_on && default_allowed,
                         .yield = point.yield,
                         .site = point.site,
                         .enabled = allowed_,
                         .by_default = default_allowed ? point.by_default : allowed_.front(),
                         .interleaver = point.interleaver});
  }

  std::unique_ptr<Strategy> inner_;
  std::uint64_t prefix_yields_;
  std::map<Place, ThreadId> prefix_;
  std::map<Place, std::vector<Watched>> watched_;  // by thread and site
  std::map<Place, std::uint32_t> visits_;
  std::vector<bool> over_;                                // by ordering: whether its first stretch is over
  std::map<ThreadId, std::vector<Watched>> standing_at_;  // the ends of orderings that begin where the thread stands
  std::vector<ThreadIndex> allowed_;
  std::optional<std::string> refusal_;
};

}  // namespace

std::unique_ptr<Strategy> guided(std::unique_ptr<Strategy> strategy, const Guide& guide,
                                 const SiteNumber& site_number) {
  if (guide.empty()) return strategy;
  return std::make_unique<GuidedStrategy>(std::move(strategy), guide, site_number);
}

}  // namespace straylane
