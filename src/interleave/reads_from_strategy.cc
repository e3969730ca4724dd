#include <algorithm>

#include "interleave/interleaver.h"
#include "interleave/pos_strategy.h"
#include "interleave/strategy_factory.h"

namespace straylane {
namespace {

// Carries out reads-from constraints softly, after the scheduler of RFF (Wolff, Shi, Duck, Mathur, Roychoudhury,
// "Greybox fuzzing for concurrency testing", ASPLOS 2024, section 4). RFF names events by thread. Here they are named
// by source site and Maker, so one constraint says the same of all threads that are alike:
//
//   - a read waits while it would get an unwanted value, or not yet the wanted one; once it gets that, it goes first
//   - the write of an unwanted pair waits until the pair's read has been made somewhere
//
// If all threads wait, a write goes on before a read, because it may bring the wanted value. Partial order sampling
// chooses among equals, so without constraints this is POS. The search decides which constraints are worth a run
// (search/reads_from_pool.h).
class ReadsFromStrategy final : public Strategy {
 public:
  explicit ReadsFromStrategy(const DrawnForm& drawn)
      : pos_(drawn.seed), constraints_(drawn.constraints), read_(constraints_.size(), 0) {}

  ThreadIndex pick(const ChoicePoint& point) override {
    if (constraints_.empty()) return pos_.pick(point);
    candidates_.clear();
    Wish highest = Wish::kReadWaits;
    for (const ThreadIndex thread : point.enabled) {
      const Wish wish = wish_of(point, thread);
      if (wish > highest) candidates_.clear();
      highest = std::max(highest, wish);
      if (wish == highest) candidates_.push_back(thread);
    }
    const ThreadIndex picked = pos_.pick_among(point, candidates_);
    const PendingEvent event = point.interleaver.next_event(picked);
    for (std::size_t i = 0; i < constraints_.size(); ++i) {
      if (reads(event.kind) && constraints_[i].reader == event.site) read_[i] = 1;
    }
    return picked;
  }

 private:
  enum class Wish { kReadWaits, kWriteWaits, kNone, kFirst };  // the highest goes on

  Wish wish_of(const ChoicePoint& point, ThreadIndex thread) const {
    const PendingEvent event = point.interleaver.next_event(thread);
    if (event.kind == EventKind::kUnknown) return Wish::kNone;
    bool gets_wanted = false;
    bool wanted_is_to_come = false;
    if (reads(event.kind)) {
      const AccessPair now = point.interleaver.pairs().reads_from(thread, event.site, event.object);
      for (std::size_t i = 0; i < constraints_.size(); ++i) {
        const ReadsFromConstraint& c = constraints_[i];
        if (c.reader != event.site || read_[i] != 0) continue;
        const bool same = c.writer == now.earlier && c.maker == now.maker;
        if (same && !c.wanted) return Wish::kReadWaits;
        gets_wanted = gets_wanted || (same && c.wanted);
        wanted_is_to_come = wanted_is_to_come || (!same && c.wanted);
      }
    }
    if (gets_wanted) return Wish::kFirst;
    if (wanted_is_to_come) return Wish::kReadWaits;
    return writes(event.kind) && write_waits(event) ? Wish::kWriteWaits : Wish::kNone;
  }

  bool write_waits(const PendingEvent& event) const {
    for (std::size_t i = 0; i < constraints_.size(); ++i) {
      const ReadsFromConstraint& c = constraints_[i];
      if (!c.wanted && c.maker == Maker::kOther && c.writer == event.site && read_[i] == 0) return true;
    }
    return false;
  }

  PosStrategy pos_;
  std::vector<ReadsFromConstraint> constraints_;
  std::vector<ThreadIndex> candidates_;
  std::vector<std::uint8_t> read_;  // for each constraint: whether its read has been made
};

}  // namespace

std::unique_ptr<Strategy> make_reads_from(const DrawnForm& drawn) { return std::make_unique<ReadsFromStrategy>(drawn); }

}  // namespace straylane
