#include "interleave/replay_strategy.h"

#include <fmt/format.h>

#include "interleave/interleaver.h"

namespace straylane {

ReplayStrategy::ReplayStrategy(std::vector<Resolved> choices, bool strict, SiteName site_name)
    : total_(choices.size()), strict_(strict), site_name_(std::move(site_name)) {
  for (Resolved& choice : choices) {
    const auto key = std::make_pair(choice.choice.thread, choice.choice.yield);
    choices_.emplace(key, std::move(choice));
  }
}

ThreadIndex ReplayStrategy::pick(const ChoicePoint& point) {
  const auto found = choices_.find({point.thread, point.yield});
  if (found == choices_.end() || refusal_) return point.by_default;
  const Resolved& recorded = found->second;
  if (strict_ && recorded.site != kNoSite && recorded.site != point.site) {
    refusal_ = fmt::format("at yield point {} of thread {}: recorded at {}, found {}", point.yield,
                           to_string(point.thread), site_name_(recorded.site), site_name_(point.site));
    return point.by_default;
  }
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

std::optional<std::string> ReplayStrategy::refusal() const {
  if (!strict_ || refusal_ || applied_ == total_) return refusal_;
  return fmt::format("{} of {} recorded choices were never reached", total_ - applied_, total_);
}

}  // namespace straylane
