#include "shrink/exhaustive_schedules.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace straylane {

ExhaustiveSchedules::ExhaustiveSchedules(std::uint32_t preemptions_max)
    : preemptions_max_(preemptions_max), counts_(preemptions_max + 1, 0) {}

std::vector<SearchForm> ExhaustiveSchedules::next(std::size_t count) {
  assert(pending_.empty());
  std::vector<SearchForm> batch;
  while (batch.size() < count) {
    std::optional<SearchForm> schedule = next_one();
    if (!schedule) break;
    batch.push_back(*schedule);
    pending_.push_back(std::move(*schedule));
  }
  return batch;
}

std::optional<SearchForm> ExhaustiveSchedules::next_one() {
  for (;;) {
    if (!picks_.empty()) {
      SearchForm schedule = std::move(picks_.front());
      picks_.pop_front();
      return schedule;
    }
    while (parent_ < parents_.size() && gap_ == parents_[parent_].choice_points_after) {
      ++parent_;
      gap_ = 0;
    }
    if (parent_ < parents_.size()) {
      SearchForm schedule = parents_[parent_].schedule;
      schedule.push_back({gap_++, 0});
      return schedule;
    }
    if (!pending_.empty() || !start_next_level()) return std::nullopt;
  }
}

bool ExhaustiveSchedules::start_next_level() {
  if (level_ == preemptions_max_ || children_.empty()) return false;
  ++level_;
  parents_ = std::exchange(children_, {});
  std::ranges::sort(parents_, {}, &Node::schedule);
  parent_ = 0;
  gap_ = 0;
  return true;
}

void ExhaustiveSchedules::observed(const Observation& observation) {
  assert(!pending_.empty());
  SearchForm schedule = std::move(pending_.front());
  pending_.pop_front();
  ++counts_[level_];
  if (!schedule.empty() && schedule.back().pick == 0) {
    for (std::uint32_t pick = 1; pick < observation.alternatives; ++pick) {
      picks_.push_back(schedule);
      picks_.back().back().pick = pick;
    }
  }
  if (level_ < preemptions_max_) children_.push_back({std::move(schedule), observation.choice_points_after});
}

}  // namespace straylane
