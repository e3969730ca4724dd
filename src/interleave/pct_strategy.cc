#include <algorithm>
#include <unordered_map>

#include "domain/random_source.h"
#include "interleave/strategy_factory.h"

namespace straylane {
namespace {

// Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010, section 2). Every thread gets a random priority,
// and the enabled thread with the highest one goes on. At depth-1 random choice points the running thread falls below
// all others.
//
//   depth           number of ordering constraints that the failure needs; 1 or more
//   steps_expected  choice points in a run, from an earlier run of the same size; change points are drawn below it
class PctStrategy final : public Strategy {
 public:
  PctStrategy(std::uint64_t seed, std::uint32_t depth, std::uint32_t steps_expected) : random_(seed) {
    for (std::uint32_t i = 1; i < depth; ++i) change_points_.push_back(random_.below(std::max(steps_expected, 1U)));
    std::sort(change_points_.begin(), change_points_.end());
  }

  ThreadIndex pick(const ChoicePoint& point) override {
    while (changes_made_ < change_points_.size() && change_points_[changes_made_] <= step_) {
      ++changes_made_;
      priorities_[point.current] = change_points_.size() - changes_made_;
    }
    ++step_;
    ThreadIndex best = point.enabled.front();
    for (const ThreadIndex thread : point.enabled) {
      if (priority_of(thread) > priority_of(best)) best = thread;
    }
    return best;
  }

 private:
  // Initial priorities are higher than every priority that a change point gives.
  static constexpr std::uint64_t kInitialMin = std::uint64_t{1} << 32;

  std::uint64_t priority_of(ThreadIndex thread) {
    const auto [entry, fresh] = priorities_.try_emplace(thread, 0);
    if (fresh) entry->second = kInitialMin + random_.below(kInitialMin);
    return entry->second;
  }

  RandomSource random_;
  std::vector<std::uint64_t> change_points_;  // ascending
  std::size_t changes_made_ = 0;
  std::uint64_t step_ = 0;
  std::unordered_map<ThreadIndex, std::uint64_t> priorities_;
};

}  // namespace

std::unique_ptr<Strategy> make_pct(const DrawnForm& drawn) {
  return std::make_unique<PctStrategy>(drawn.seed, drawn.depth, drawn.steps_expected);
}

}  // namespace straylane
