#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "interleave/strategy.h"

namespace straylane {

// Carries out the recorded form. Strict: a choice whose site is not the recorded one, whose successor is not enabled,
// or which was never reached refuses the run, and says so by name. Lenient (mutated and shrinking schedules): such a
// choice is passed over and the default rule holds.
class ReplayStrategy final : public Strategy {
 public:
  // One choice with its site as a number of the target's table; kNoSite where the case has none.
  static constexpr std::uint32_t kNoSite = UINT32_MAX;
  struct Resolved {
    Choice choice;
    std::uint32_t site = kNoSite;
  };
  using SiteName = std::function<std::string(std::uint32_t site)>;

  ReplayStrategy(std::vector<Resolved> choices, bool strict, SiteName site_name);
  ThreadIndex pick(const ChoicePoint& point) override;
  bool only_default_from_here() const override { return applied_ == total_; }
  std::optional<std::string> refusal() const override;

 private:
  std::map<std::pair<ThreadId, std::uint32_t>, Resolved> choices_;  // by thread and its yield point
  std::size_t total_;
  std::size_t applied_ = 0;
  bool strict_;
  SiteName site_name_;
  std::optional<std::string> refusal_;
};

}  // namespace straylane
