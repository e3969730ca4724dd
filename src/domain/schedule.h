#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/access_pair.h"
#include "domain/site.h"
#include "domain/thread_id.h"

namespace straylane {

// Search form. After `gap` choice points (yield points at which the running thread could go on and at least one other
// thread is enabled) the running thread is preempted in favour of the (pick mod count)-th of the `count` other enabled
// threads, ordered L:i ascending, m last. After the list the default rule holds. The empty list is the non-preemptive
// schedule. This is what bytes decode to and generators make: it mutates and shrinks well.
struct Preemption {
  std::uint32_t gap = 0;
  std::uint32_t pick = 0;

  bool operator==(const Preemption&) const = default;
};
using SearchForm = std::vector<Preemption>;

// One choice of the recorded form: at its own `yield`-th yield point (1-based, blocking and ending are yield points
// too) `thread` is followed by `to`, where the default rule would have chosen another.
struct Choice {
  ThreadId thread;
  std::uint32_t yield = 0;
  ThreadId to;
  std::optional<Site> site;  // where `thread` stood; absent in cases that were never run (mutated bytes)

  bool operator==(const Choice&) const = default;
};
// Recorded form: every choice that differs from the default rule, in the order in which they were made.
using RecordedForm = std::vector<Choice>;

// How many events about one subject (interleave/pending_event.h) each thread makes, in the order in which threads are started.
struct EventCounts {
  std::uint64_t subject = 0;  // 0: of any
  std::vector<std::uint32_t> by_thread;

  bool operator==(const EventCounts&) const = default;
};

// What a read shall get, or shall not: the value that code at site `writer` wrote, made by whom; sites and `maker` as in
// AccessPair. Of no thread: it is met wherever a thread comes to `reader`.
struct ReadsFromConstraint {
  std::uint32_t writer = 0;
  std::uint32_t reader = 0;
  Maker maker = Maker::kOther;
  bool wanted = true;

  bool operator==(const ReadsFromConstraint&) const = default;
};

inline constexpr std::size_t kCountedThreadsMax = 1'024;  // those started later are not told apart
inline constexpr std::size_t kConstraintsMax = 64;

// Drawn form: a strategy draws the choices while the case runs, from what is here alone: its seed, and what earlier runs
// have told. Running it gives a recorded form.
enum class DrawnStrategy { kSticky, kPct, kPos, kSurw, kReadsFrom };
inline constexpr DrawnStrategy kDrawnStrategies[] = {DrawnStrategy::kSticky, DrawnStrategy::kPct, DrawnStrategy::kPos,
                                                     DrawnStrategy::kSurw, DrawnStrategy::kReadsFrom};
struct DrawnForm {
  DrawnStrategy strategy = DrawnStrategy::kSticky;
  std::uint64_t seed = 0;
  std::uint32_t depth = 3;  // kPct: the number of ordering constraints the failure needs; depth-1 priority changes
  std::uint32_t steps_expected = 400;  // kPct: choice points in a run of this size
  EventCounts interesting = {};        // kSurw: the events whose orders are drawn evenly; no counts: not known yet
  std::vector<ReadsFromConstraint> constraints = {};  // kReadsFrom, at most kConstraintsMax

  bool operator==(const DrawnForm&) const = default;
};

using Schedule = std::variant<SearchForm, RecordedForm, DrawnForm>;

}  // namespace straylane
