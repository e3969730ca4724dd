#include "domain/random_source.h"
#include "interleave/strategy_factory.h"

namespace straylane {
namespace {

// A random walk that tends to stay with a thread. At each choice point it switches with probability 1/n, to an enabled
// thread drawn uniformly; n is drawn once per run from 2..15. The mixture of rates finds failures that need few
// switches and failures that need many. One uniform rate misses schedules in which a thread must be starved.
class StickyStrategy final : public Strategy {
 public:
  explicit StickyStrategy(std::uint64_t seed) : random_(seed), rate_(2 + random_.below(14)) {}

  ThreadIndex pick(const ChoicePoint& point) override {
    if (!random_.one_in(rate_)) return point.by_default;
    return point.enabled[random_.below(point.enabled.size())];
  }

 private:
  RandomSource random_;
  std::uint64_t rate_;
};

}  // namespace

std::unique_ptr<Strategy> make_sticky(const DrawnForm& drawn) { return std::make_unique<StickyStrategy>(drawn.seed); }

}  // namespace straylane
