#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "domain/site.h"
#include "domain/thread_id.h"

namespace straylane {

// One entry of the search form. A choice point is a yield point at which the running thread could go on and at least
// one other thread is enabled. After `gap` choice points the running thread is preempted in favour of the (pick mod
// count)-th of the `count` other enabled threads, ordered L:i ascending, m last.
struct Preemption {
  std::uint32_t gap = 0;
  std::uint32_t pick = 0;

  auto operator<=>(const Preemption&) const = default;
};
// Search form: what bytes decode to and generators make, because it mutates and shrinks well. After the last entry the
// default rule holds. The empty list is the non-preemptive schedule.
using SearchForm = std::vector<Preemption>;

// One choice of the recorded form: at its own `yield`-th yield point, `thread` is followed by `to`, and the default
// rule would have chosen another thread. `yield` is 1-based; blocking and ending are yield points too.
struct Choice {
  ThreadId thread;
  std::uint32_t yield = 0;
  ThreadId to;
  std::optional<Site> site;  // where `thread` stood; absent if the case was never run (mutated bytes)

  bool operator==(const Choice&) const = default;
};
// Recorded form: every choice that differs from the default rule, in execution order.
using RecordedForm = std::vector<Choice>;

// How many events about one subject (`subject_of` in interleave/strategy.h) each thread makes, in the order in which
// the threads are started.
struct EventCounts {
  std::uint64_t subject = 0;  // 0 stands for all subjects
  std::vector<std::uint32_t> by_thread;

  bool operator==(const EventCounts&) const = default;
};

// Who made the earlier of two accesses, as the thread that makes the later one sees it.
enum class Maker : std::uint8_t {
  kNobody,  // there was no earlier access: the initial value is read
  kSame,    // the thread that makes the later access
  kOther,   // another thread
};

enum class PairKind : std::uint8_t {
  kReadsFrom,   // a write, and the read that gets its value
  kOverwrites,  // a write, and the next write
  kOverRead,    // a read, and the next write
};

// Two consecutive accesses to one object, seen as code that met code. Threads are left out on purpose: a grid has many
// that are alike, so what one of them meets, all of them can meet.
//
// A site is a number in the target's site table. The number is the same in every process of one target and program.
struct AccessPair {
  std::uint32_t earlier = 0;  // 0 if `maker` is kNobody
  std::uint32_t later = 0;
  Maker maker = Maker::kNobody;
  PairKind kind = PairKind::kReadsFrom;

  bool operator==(const AccessPair&) const = default;
};

// Asks that a read gets the value that code at site `writer` wrote, or that it does not (`wanted`). Sites and `maker`
// are as in AccessPair. No thread is named: the constraint applies whenever any thread reaches `reader`.
struct ReadsFromConstraint {
  std::uint32_t writer = 0;
  std::uint32_t reader = 0;
  Maker maker = Maker::kOther;
  bool wanted = true;

  bool operator==(const ReadsFromConstraint&) const = default;
};

inline constexpr std::size_t kCountedThreadsMax = 1'024;  // threads that are started later are not counted
inline constexpr std::size_t kConstraintsMax = 64;

// Drawn form: a strategy draws the choices while the case runs. It uses only these members: a seed, and what earlier
// runs have taught. Running the case gives a recorded form.
enum class DrawnStrategy { kSticky, kPct, kPos, kSurw, kReadsFrom };
inline constexpr DrawnStrategy kDrawnStrategies[] = {DrawnStrategy::kSticky, DrawnStrategy::kPct, DrawnStrategy::kPos,
                                                     DrawnStrategy::kSurw, DrawnStrategy::kReadsFrom};
struct DrawnForm {
  DrawnStrategy strategy = DrawnStrategy::kSticky;
  std::uint64_t seed = 0;
  std::uint32_t depth = 3;  // kPct: ordering constraints that the failure needs; makes depth-1 priority changes
  std::uint32_t steps_expected = 400;  // kPct: choice points in a run of this size
  EventCounts interesting = {};        // kSurw: events whose orders are drawn evenly; no counts if not known yet
  std::vector<ReadsFromConstraint> constraints = {};  // kReadsFrom: at most kConstraintsMax

  bool operator==(const DrawnForm&) const = default;
};

using Schedule = std::variant<SearchForm, RecordedForm, DrawnForm>;

}  // namespace straylane
