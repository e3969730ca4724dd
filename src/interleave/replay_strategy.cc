#include "interleave/replay_strategy.h"

#include <fmt/format.h>

#include "interleave/interleaver.h"

namespace straylane {

ReplayStrategy::ReplayStrategy(std::vector<Resolved> choices, bool strict, SiteName site_name,
                               std::set<std::uint32_t> counted)
    : counted_(std::move(counted)), total_(choices.size()), strict_(strict), site_name_(std::move(site_name)) {
  for (Resolved& choice : choices) {
    const auto key = std::make_pair(choice.choice.thread, choice.choice.yield);
    choices_.emplace(key, std::move(choice));
  }
}

std::string ReplayStrategy::other_site(const Resolved& recorded, const ChoicePoint& point) const {
  return fmt::format("at yield point {} of thread {}: recorded at {}, found {}", recorded.choice.yield,
                     to_string(point.thread), site_name_(recorded.site), site_name_(point.site));
}

ThreadIndex ReplayStrategy::pick(const ChoicePoint& point) {
  if (!counted_.empty()) return pick_across_change(point);
  const auto found = choices_.find({point.thread, point.yield});
  if (found == choices_.end() || refusal_) return point.by_default;
  const Resolved& recorded = found->second;
  if (strict_ && recorded.site != kNoSite && recorded.site != point.site) {
    refusal_ = other_site(recorded, point);
    return point.by_default;
  }
  return carry_out(recorded, point);
}

ThreadIndex ReplayStrategy::carry_out(const Resolved& recorded, const ChoicePoint& point) {
  for (const ThreadIndex thread : point.enabled) {
    if (point.interleaver.id_of(thread) == recorded.choice.to) {
      ++applied_;
      return thread;
    }
  }
  if (strict_) {
    refusal_ = fmt::format("at yield point {} of thread {}, {}: thread {} cannot go on", point.yield,
                           to_string(point.thread), site_name_(point.site), to_string(recorded.choice.to));
  }
  return point.by_default;
}

ThreadIndex ReplayStrategy::pick_across_change(const ChoicePoint& point) {
  if (refusal_ || !counted_.contains(point.site)) return point.by_default;
  const auto [place, is_new] = progress_.try_emplace(point.thread);
  Progress& progress = place->second;
  if (is_new) progress.next = choices_.lower_bound({point.thread, 0});
  ++progress.counted;
  if (progress.next == choices_.end() || progress.next->first.first != point.thread) return point.by_default;
  const Resolved& recorded = progress.next->second;
  const std::uint32_t wanted = recorded.choice.yield + progress.later;
  if (progress.counted < wanted) return point.by_default;
  if (recorded.site != kNoSite && recorded.site != point.site) {
    if (!progress.missed) progress.missed = other_site(recorded, point);
    if (progress.counted - wanted >= kLaterMax) refusal_ = progress.missed;
    return point.by_default;
  }
  progress.later = progress.counted - recorded.choice.yield;
  progress.missed.reset();
  ++progress.next;
  return carry_out(recorded, point);
}

std::optional<std::string> ReplayStrategy::refusal() const {
  if (!strict_ || refusal_ || applied_ == total_) return refusal_;
  for (const auto& [thread, progress] : progress_) {
    if (progress.missed) return progress.missed;
  }
  return fmt::format("{} of {} recorded choices were never reached", total_ - applied_, total_);
}

}  // namespace straylane
