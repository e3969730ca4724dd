#include "interleave/strategy_factory.h"

namespace straylane {
namespace {

// Carries out the search form (domain/schedule.h), which bytes, generators and enumeration use. Every choice that is
// not a preemption follows the default rule.
class ListStrategy final : public Strategy {
 public:
  explicit ListStrategy(const SearchForm& preemptions) : preemptions_(preemptions) {}

  ThreadIndex pick(const ChoicePoint& point) override {
    if (!point.can_go_on) return point.by_default;
    auto& [applied, choice_points_after, alternatives] = figures_;
    if (only_default_from_here() || choice_points_after < preemptions_[applied].gap) {
      ++choice_points_after;
      return point.by_default;
    }
    alternatives = static_cast<std::uint32_t>(point.enabled.size() - 1);
    std::uint32_t other = preemptions_[applied].pick % alternatives;
    choice_points_after = 0;
    ++applied;
    for (const ThreadIndex thread : point.enabled) {
      if (thread != point.current && other-- == 0) return thread;
    }
    return point.by_default;  // not reached: `other` is less than the number of other threads
  }
  bool only_default_from_here() const override { return figures_.applied == preemptions_.size(); }
  void held_default(std::uint64_t choice_points) override {
    figures_.choice_points_after += static_cast<std::uint32_t>(choice_points);
  }
  SearchFigures search_figures() const override { return figures_; }

 private:
  const SearchForm& preemptions_;
  SearchFigures figures_;
};

}  // namespace

std::unique_ptr<Strategy> make_list(const SearchForm& preemptions) {
  return std::make_unique<ListStrategy>(preemptions);
}

}  // namespace straylane
