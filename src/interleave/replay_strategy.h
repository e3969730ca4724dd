#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "interleave/strategy.h"

namespace straylane {

// Carries out the recorded form. Strict: a choice whose site is not the recorded one, whose successor is not enabled,
// or which was never reached refuses the run, and says so by name. Lenient (mutated and shrinking schedules): such a
// choice is passed over and the default rule holds.
//
// Across change (strict, with `counted` sites, those that the recorded case knows): a place is found by its site. A thread's yield
// points are counted at counted sites alone, so that what has been added to a source moves no choice; and where a thread passes
// more of them than it did, such as those of a loop, the choice is made when it next comes to the site. That it comes there within
// kLaterMax of them is a bound; where it does not, the run is refused.
class ReplayStrategy final : public Strategy {
 public:
  // One choice with its site as a number of the target's table; kNoSite where the case has none.
  static constexpr std::uint32_t kNoSite = UINT32_MAX;
  struct Resolved {
    Choice choice;
    std::uint32_t site = kNoSite;
  };
  using SiteName = std::function<std::string(std::uint32_t site)>;

  static constexpr std::uint32_t kLaterMax = 64;

  ReplayStrategy(std::vector<Resolved> choices, bool strict, SiteName site_name, std::set<std::uint32_t> counted = {});
  bool sees_forced_steps() const override { return !counted_.empty(); }
  ThreadIndex pick(const ChoicePoint& point) override;
  bool only_default_from_here() const override { return applied_ == total_; }
  std::optional<std::string> refusal() const override;

 private:
  // Across change: where a thread is in its choices.
  struct Progress {
    std::uint32_t counted = 0;  // yield points so far, at counted sites
    std::uint32_t later = 0;    // so many more than were recorded
    std::map<std::pair<ThreadId, std::uint32_t>, Resolved>::const_iterator next;
    std::optional<std::string> missed;  // where the next choice should have been made
  };
  ThreadIndex pick_across_change(const ChoicePoint& point);
  ThreadIndex carry_out(const Resolved& recorded, const ChoicePoint& point);
  std::string other_site(const Resolved& recorded, const ChoicePoint& point) const;

  std::set<std::uint32_t> counted_;
  std::map<ThreadId, Progress> progress_;
  std::map<std::pair<ThreadId, std::uint32_t>, Resolved> choices_;  // by thread and its yield point
  std::size_t total_;
  std::size_t applied_ = 0;
  bool strict_;
  SiteName site_name_;
  std::optional<std::string> refusal_;
};

}  // namespace straylane
