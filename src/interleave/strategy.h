#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/schedule.h"

namespace straylane {

class Interleaver;

// A simulated thread inside one run: its place in the order in which threads were started, so ascending index is
// ascending L:i. The launching thread comes last, as the default rule wants it.
using ThreadIndex = std::uint32_t;
inline constexpr ThreadIndex kMainIndex = UINT32_MAX;

// A yield point with more than one way to go on.
struct ChoicePoint {
  ThreadIndex current = kMainIndex;         // the thread at the yield point
  ThreadId thread;                          // the same, by its name
  bool can_go_on = true;                    // false where `current` blocks or ends here: the choice is forced
  std::uint32_t yield = 0;                  // the thread's own yield point, 1-based
  std::uint32_t site = 0;                   // number of the site in the target's site table
  const std::vector<ThreadIndex>& enabled;  // ascending, `current` among them where it can go on; two or more
  ThreadIndex by_default = kMainIndex;      // what the default rule chooses
  const Interleaver& interleaver;           // for the names of the enabled threads
};

// What a search-form schedule came to in a run, see Observation: with these, schedules are enumerated.
struct SearchFigures {
  std::uint32_t applied = 0;              // preemptions that took effect
  std::uint32_t choice_points_after = 0;  // choice points since the last of them
  std::uint32_t alternatives = 0;         // other threads that were enabled where it took effect
};

// Chooses which thread goes on at every choice point of one run. Lifecycle: (1) constructed for one run, (2) `pick` at
// every choice point, (3) `refusal`, `event_counts` and `search_figures` after the run. A strategy is deterministic: the
// same run gives the same choices.
class Strategy {
 public:
  virtual ~Strategy() = default;

  // One of `point.enabled`.
  virtual ThreadIndex pick(const ChoicePoint& point) = 0;

  // True where every pick from here on is the default rule's.
  virtual bool only_default_from_here() const { return false; }

  // There were `choice_points` more at which the running thread could go on and did, without a `pick`: the strategy had
  // said that only the default rule was left.
  virtual void held_default(std::uint64_t /*choice_points*/) {}

  // True for one that is asked at every yield point, also where there is nothing to choose.
  virtual bool sees_forced_steps() const { return false; }

  // What later runs of the same case can be drawn from, after the run: see Observation.
  virtual std::vector<EventCounts> event_counts() const { return {}; }

  // What the search form came to, after the run; zeros for a strategy that does not carry one out.
  virtual SearchFigures search_figures() const { return {}; }

  // Why the run was not the one that was asked for (strict replay), or nothing.
  virtual std::optional<std::string> refusal() const { return std::nullopt; }
};

}  // namespace straylane
