#pragma once

#include <cstdint>
#include <vector>

#include "domain/random_source.h"
#include "interleave/strategy.h"

namespace straylane {

// Partial order sampling (Yuan, Yang, Gu, "Partial order aware concurrency sampling", CAV 2018, algorithm 2). Each
// thread's next event has a random priority. The event with the highest one goes on, and the events that race with it
// (see `conflict`) then draw new priorities. The order of events that do not race does not matter to the chances, so
// partial orders of the same size are about equally likely.
//
// Has no parameters and needs no knowledge of the program. Each pick takes time linear in the number of enabled
// threads.
class PosStrategy final : public Strategy {
 public:
  explicit PosStrategy(std::uint64_t seed) : random_(seed) {}
  ThreadIndex pick(const ChoicePoint& point) override { return pick_among(point, point.enabled); }

  // Picks one of `candidates`. Precondition: they are enabled threads, at least one.
  ThreadIndex pick_among(const ChoicePoint& point, const std::vector<ThreadIndex>& candidates);

 private:
  static constexpr std::uint64_t kNone = 0;  // still to be drawn

  std::uint64_t& priority_of(ThreadIndex thread);
  void draw_again(ThreadIndex thread) { priority_of(thread) = kNone; }

  RandomSource random_;
  std::vector<std::uint64_t> priorities_;  // by place_of
  ThreadIndex last_ = kMainIndex;          // the thread picked last
};

}  // namespace straylane
