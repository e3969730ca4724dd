#pragma once

#include "interleave/strategy.h"

namespace straylane {

// Carries out the search form (domain/schedule.h): bytes, generators and enumeration use this strategy.
// Every choice that is not a preemption follows the default rule.
class ListStrategy final : public Strategy {
 public:
  explicit ListStrategy(const SearchForm& preemptions) : preemptions_(preemptions) {}
  ThreadIndex pick(const ChoicePoint& point) override;
  bool only_default_from_here() const override { return figures_.applied == preemptions_.size(); }
  void held_default(std::uint64_t choice_points) override {
    figures_.choice_points_after += static_cast<std::uint32_t>(choice_points);
  }
  SearchFigures search_figures() const override { return figures_; }

 private:
  const SearchForm& preemptions_;
  SearchFigures figures_;
};

}  // namespace straylane
