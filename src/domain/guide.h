#pragma once

#include <cstdint>
#include <vector>

#include "domain/schedule.h"

namespace straylane {

// A stretch of a thread from one of its yield points to its next: what begins where `thread` comes to `site` for the
// `visit`-th time. Named by the place and not by the thread's count of yield points, which other schedules change.
struct Stretch {
  ThreadId thread;
  Site site;
  std::uint32_t visit = 0;  // 1-based, over all yield points of the thread at this site, blocking and ending too

  bool operator==(const Stretch&) const = default;
};

// `first` is over before `second` begins. Holds, too, where `second` never begins.
struct Ordering {
  Stretch first;
  Stretch second;

  bool operator==(const Ordering&) const = default;
};

// What the schedules of a request are held to, whatever form they have; for explaining a failure (src/explain). It is
// no part of a case: running one under a guide gives a recorded form, which needs none.
//
// First the choices of `prefix` are made, with the default rule between them, for `prefix_yields` yield points of all
// threads together; from there on the schedule of the case goes on as if the run began there. In all of it a thread
// that stands before `second` of an ordering is not chosen until `first` is over. Where that leaves nobody, the run is
// refused (RunEnd::kRefused): the orderings cannot all hold from where it has come to.
struct Guide {
  RecordedForm prefix;
  std::uint64_t prefix_yields = 0;
  std::vector<Ordering> orderings;

  bool empty() const { return prefix_yields == 0 && orderings.empty(); }
  bool operator==(const Guide&) const = default;
};

}  // namespace straylane
