#pragma once

#include <cstdint>
#include <vector>

#include "domain/random_source.h"
#include "interleave/strategy.h"

namespace straylane {

// Partial order sampling (Yuan, Yang, Gu, "Partial order aware concurrency sampling", CAV 2018, algorithm 2): every
// event that a thread stands before has a random priority, the highest goes on, and those that race with it draw anew
// after it. Orders of events that do not race take no part in the chance, so that each partial order is about as
// likely as another of the same size. What is a race: `conflict` in interleave/pending_event.h.
//
// No parameters, nothing that it must know of the program. Takes the number of enabled threads per choice point.
class PosStrategy final : public Strategy {
 public:
  explicit PosStrategy(std::uint64_t seed) : random_(seed) {}
  ThreadIndex pick(const ChoicePoint& point) override;

  // The same among `candidates`, some of the enabled threads, at least one.
  ThreadIndex pick_among(const ChoicePoint& point, const std::vector<ThreadIndex>& candidates);

 private:
  std::uint64_t& priority_of(ThreadIndex thread);
  void draw_again(ThreadIndex thread) { priority_of(thread) = kNone; }

  static constexpr std::uint64_t kNone = 0;  // to be drawn

  RandomSource random_;
  std::vector<std::uint64_t> priorities_;  // by thread + 1, `m` first
  ThreadIndex last_ = kMainIndex;          // picked last
};

}  // namespace straylane
