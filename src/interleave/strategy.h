#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/schedule.h"

namespace straylane {

class Interleaver;

// A simulated thread within one run, numbered in the order in which threads were started. Ascending index is therefore
// ascending L:i. The launching thread has the highest index, as the default rule wants it.
using ThreadIndex = std::uint32_t;
inline constexpr ThreadIndex kMainIndex = UINT32_MAX;
// Returns the place of a thread in a list that begins with `m`.
inline std::size_t place_of(ThreadIndex thread) { return static_cast<ThreadIndex>(thread + 1); }

enum class EventKind : std::uint8_t {
  kUnknown,  // only the site is known
  kRead,
  kWrite,
  kSync,  // reads and writes at once: an atomic operation, or a lock that is taken or given back
};
inline bool reads(EventKind kind) { return kind == EventKind::kRead || kind == EventKind::kSync; }
inline bool writes(EventKind kind) { return kind == EventKind::kWrite || kind == EventKind::kSync; }

// What a thread will do when it goes on from the yield point at which it stands.
//
//   object  the memory or lock: equal numbers are the same one. 0 if `kind` is kUnknown. A number of kNamedObjectMin or
//           more is the same in every run of the same settings, in any process. A smaller number is an address, which
//           can be compared within one run only.
inline constexpr std::uint64_t kNamedObjectMin = std::uint64_t{1} << 48;
struct PendingEvent {
  std::uint32_t site = 0;
  EventKind kind = EventKind::kUnknown;
  std::uint64_t object = 0;
};

// What an event is about, the same in every run: its object if that has a name, otherwise its site.
inline std::uint64_t subject_of(const PendingEvent& event) {
  constexpr std::uint64_t kSiteSubject = std::uint64_t{1} << 63;
  return event.object >= kNamedObjectMin ? event.object : kSiteSubject | event.site;
}

// Returns whether the order of the two events may matter. Two events of which only the sites are known conflict if the
// sites are equal: threads of a grid at the same statement probably want the same thing. If all such events conflicted,
// every order would look different; if none did, there would be nothing to reorder.
inline bool conflict(const PendingEvent& a, const PendingEvent& b) {
  if (a.kind == EventKind::kUnknown || b.kind == EventKind::kUnknown) return a.kind == b.kind && a.site == b.site;
  return a.object == b.object && (writes(a.kind) || writes(b.kind));
}

// A yield point with more than one way to go on.
struct ChoicePoint {
  ThreadIndex current = kMainIndex;         // the thread at the yield point
  ThreadId thread;                          // the same thread by its name
  bool can_go_on = true;                    // false if `current` blocks or ends here: the choice is forced
  std::uint32_t yield = 0;                  // the thread's own count of yield points, 1-based
  std::uint32_t site = 0;                   // number of the site in the target's site table
  const std::vector<ThreadIndex>& enabled;  // ascending, with `current` if it can go on; two or more
  ThreadIndex by_default = kMainIndex;      // what the default rule chooses
  const Interleaver& interleaver;           // knows the names and the next events of the enabled threads
};

// A choice that was made in a run: a Choice (domain/schedule.h) whose site is a number of the target's table.
struct NumberedChoice {
  ThreadId thread;
  std::uint32_t yield = 0;
  ThreadId to;
  std::uint32_t site = 0;
};

// How far a run carried out a schedule in search form (see Observation). Schedules are enumerated with these figures.
struct SearchFigures {
  std::uint32_t applied = 0;              // preemptions that took effect
  std::uint32_t choice_points_after = 0;  // choice points since the last of them
  std::uint32_t alternatives = 0;         // other threads that were enabled where the last one took effect
};

// Chooses which thread goes on at every choice point of one run. A strategy is deterministic: the same run gives the
// same choices.
//
// Lifecycle: (1) constructed for one run, (2) `pick` at every choice point, (3) `refusal`, `event_counts` and
// `search_figures` after the run.
class Strategy {
 public:
  virtual ~Strategy() = default;

  // Returns one of `point.enabled`.
  virtual ThreadIndex pick(const ChoicePoint& point) = 0;

  // Returns true if every pick from here on follows the default rule.
  virtual bool only_default_from_here() const { return false; }

  // Reports `choice_points` choice points at which the running thread could go on, and did so without a `pick`.
  // Precondition: only_default_from_here() was true at all of them.
  virtual void held_default(std::uint64_t /*choice_points*/) {}

  // Returns true if `pick` must be called at every yield point, even if there is nothing to choose.
  virtual bool sees_forced_steps() const { return false; }

  // Returns what later runs of the same case can be drawn from (see Observation).
  virtual std::vector<EventCounts> event_counts() const { return {}; }

  // Returns zeros if the strategy does not carry out a schedule in search form.
  virtual SearchFigures search_figures() const { return {}; }

  // Returns why the run was not the one that was asked for (strict replay, guide), or nothing.
  virtual std::optional<std::string> refusal() const { return std::nullopt; }
};

}  // namespace straylane
