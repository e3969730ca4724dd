#pragma once

#include "interleave/strategy.h"

namespace straylane {

// Carries out the search form (domain/schedule.h): this is the strategy behind bytes, generators and enumeration.
// Every choice that is not a preemption follows the default rule.
class ListStrategy final : public Strategy {
 public:
  explicit ListStrategy(const SearchForm& preemptions) : preemptions_(preemptions) {}
  ThreadIndex pick(const ChoicePoint& point) override;
  bool only_default_from_here() const override { return applied_ == preemptions_.size(); }
  void held_default(std::uint64_t choice_points) override {
    choice_points_after_ += static_cast<std::uint32_t>(choice_points);
  }

  // For enumeration: preemptions that took effect, choice points since the last of them, and how many other threads
  // were enabled there.
  std::uint32_t applied() const { return applied_; }
  std::uint32_t choice_points_after() const { return choice_points_after_; }
  std::uint32_t alternatives() const { return alternatives_; }

 private:
  const SearchForm& preemptions_;
  std::uint32_t applied_ = 0;
  std::uint32_t choice_points_after_ = 0;
  std::uint32_t alternatives_ = 0;
};

}  // namespace straylane
