#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "interleave/interleaver.h"
#include "interleave/strategy_factory.h"

namespace straylane {
namespace {

constexpr std::uint32_t kNoSite = UINT32_MAX;  // the case does not say where the choice was made
constexpr std::uint32_t kLaterMax = 64;        // counted yield points by which a place may be missed

// Carries out the recorded form.
//
// Strict: the run is refused if a choice is made at another site than the recorded one, if its successor is not
// enabled, or if it was never reached. The refusal names what differed. Lenient (mutated and shrinking schedules): such
// a choice is skipped, and the default rule holds.
//
// Across change (strict, with `counted` sites: those that the recorded case knows): a place is found by its site. The
// yield points of a thread are counted at counted sites alone, so code that was added to a source moves no choice. If a
// thread passes more counted yield points than it did, for example in a loop, the choice is made when it next comes to
// the site. If it does not come there within kLaterMax counted yield points, the run is refused.
class ReplayStrategy final : public Strategy {
 public:
  ReplayStrategy(const RecordedForm& choices, bool strict, const SiteNumber& site_number, const SiteOf& site_of,
                 const std::vector<Site>& counted)
      : total_(choices.size()), strict_(strict), site_of_(site_of) {
    for (const Choice& choice : choices) {
      const std::uint32_t site = choice.site ? site_number(*choice.site) : kNoSite;
      choices_.emplace(std::pair{choice.thread, choice.yield}, Successor{choice.to, site});
    }
    for (const Site& site : counted) counted_.insert(site_number(site));
    if (!counted_.empty()) counted_.insert(0);  // places that are not in any line of source
  }

  bool sees_forced_steps() const override { return !counted_.empty(); }
  bool only_default_from_here() const override { return applied_ == total_; }

  ThreadIndex pick(const ChoicePoint& point) override {
    if (!counted_.empty()) return pick_across_change(point);
    const auto found = choices_.find({point.thread, point.yield});
    if (found == choices_.end() || refusal_) return point.by_default;
    if (strict_ && is_elsewhere(found->second, point)) {
      refusal_ = other_site(*found, point);
      return point.by_default;
    }
    return carry_out(found->second, point);
  }

  std::optional<std::string> refusal() const override {
    if (!strict_ || refusal_ || applied_ == total_) return refusal_;
    for (const auto& [thread, progress] : progress_) {
      if (progress.missed) return progress.missed;
    }
    return fmt::format("{} of {} recorded choices were never reached", total_ - applied_, total_);
  }

 private:
  struct Successor {
    ThreadId to;
    std::uint32_t site = kNoSite;  // where the choice was made, as a number of the target's table
  };
  using Choices = std::map<std::pair<ThreadId, std::uint32_t>, Successor>;  // by thread and its yield point

  // Across change: how far a thread has come in its choices.
  struct Progress {
    std::uint32_t counted = 0;  // its yield points at counted sites so far
    std::uint32_t later = 0;    // how many of them are more than were recorded
    Choices::const_iterator next;
    std::optional<std::string> missed;  // where the next choice should have been made
  };

  static bool is_elsewhere(const Successor& recorded, const ChoicePoint& point) {
    return recorded.site != kNoSite && recorded.site != point.site;
  }

  std::string other_site(const Choices::value_type& recorded, const ChoicePoint& point) const {
    return fmt::format("at yield point {} of thread {}: recorded at {}, found {}", recorded.first.second,
                       to_string(point.thread), describe(site_of_(recorded.second.site)),
                       describe(site_of_(point.site)));
  }

  ThreadIndex carry_out(const Successor& recorded, const ChoicePoint& point) {
    for (const ThreadIndex thread : point.enabled) {
      if (point.interleaver.id_of(thread) == recorded.to) {
        ++applied_;
        return thread;
      }
    }
    if (strict_) {
      refusal_ = fmt::format("at yield point {} of thread {}, {}: thread {} cannot go on", point.yield,
                             to_string(point.thread), describe(site_of_(point.site)), to_string(recorded.to));
    }
    return point.by_default;
  }

  ThreadIndex pick_across_change(const ChoicePoint& point) {
    if (refusal_ || !counted_.contains(point.site)) return point.by_default;
    const auto [place, is_new] = progress_.try_emplace(point.thread);
    Progress& progress = place->second;
    if (is_new) progress.next = choices_.lower_bound({point.thread, 0});
    ++progress.counted;
    if (progress.next == choices_.end() || progress.next->first.first != point.thread) return point.by_default;
    const auto& [key, recorded] = *progress.next;
    const std::uint32_t wanted = key.second + progress.later;
    if (progress.counted < wanted) return point.by_default;
    if (is_elsewhere(recorded, point)) {
      if (!progress.missed) progress.missed = other_site(*progress.next, point);
      if (progress.counted - wanted >= kLaterMax) refusal_ = progress.missed;
      return point.by_default;
    }
    progress.later = progress.counted - key.second;
    progress.missed.reset();
    ++progress.next;
    return carry_out(recorded, point);
  }

  Choices choices_;
  std::size_t total_;
  std::size_t applied_ = 0;
  bool strict_;
  SiteOf site_of_;
  std::optional<std::string> refusal_;
  std::set<std::uint32_t> counted_;
  std::map<ThreadId, Progress> progress_;
};

}  // namespace

std::unique_ptr<Strategy> make_replay(const RecordedForm& choices, bool strict, const SiteNumber& site_number,
                                      const SiteOf& site_of, const std::vector<Site>& counted) {
  return std::make_unique<ReplayStrategy>(choices, strict, site_number, site_of, counted);
}

}  // namespace straylane
