#pragma once

#include <cstdint>
#include <vector>

#include "domain/schedule.h"
#include "interleave/pending_event.h"
#include "interleave/pos_strategy.h"
#include "interleave/strategy.h"

namespace straylane {

// Carries out reads-from constraints, softly (after the scheduler of RFF: Wolff, Shi, Duck, Mathur, Roychoudhury,
// "Greybox fuzzing for concurrency testing", ASPLOS 2024, section 4; theirs name events by thread, these by source site
// and Maker, so that one constraint says the same of all threads that are alike):
//
//   - a read waits while it would get what is not wanted, or not yet what is, and goes first once it gets that;
//   - the write of a pair that is not wanted waits until the pair's read has been made somewhere.
//
// Where everybody waits a write goes on before a read: it may bring what is wanted. Among equals the choice is that of
// partial order sampling; with no constraints this is POS. Which constraints are worth a run is for the search to say
// (search/reads_from_pool.h).
class ReadsFromStrategy final : public Strategy {
 public:
  ReadsFromStrategy(std::uint64_t seed, std::vector<ReadsFromConstraint> constraints)
      : pos_(seed), constraints_(std::move(constraints)), read_(constraints_.size(), 0) {}
  ThreadIndex pick(const ChoicePoint& point) override;

 private:
  enum class Wish { kReadWaits, kWriteWaits, kNone, kFirst };  // the highest goes on
  Wish wish_of(const ChoicePoint& point, ThreadIndex thread) const;
  bool write_waits(const PendingEvent& event) const;

  PosStrategy pos_;
  std::vector<ReadsFromConstraint> constraints_;
  std::vector<ThreadIndex> candidates_;
  std::vector<std::uint8_t> read_;  // of each constraint: whether its read has been made
};

}  // namespace straylane
