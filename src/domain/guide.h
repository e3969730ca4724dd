#pragma once

#include <cstdint>
#include <vector>

#include "domain/schedule.h"

namespace straylane {

// The part of a thread's run from one of its yield points to its next. The stretch begins when `thread` reaches `site`
// for the `visit`-th time. It is named by the place, because other schedules change the thread's count of yield points.
struct Stretch {
  ThreadId thread;
  Site site;
  std::uint32_t visit =
      0;  // 1-based; counts all yield points of the thread at this site, also blocking and ending ones

  bool operator==(const Stretch&) const = default;
};

// `first` ends before `second` begins. The ordering also holds if `second` never begins.
struct Ordering {
  Stretch first;
  Stretch second;

  bool operator==(const Ordering&) const = default;
};

// Restricts the schedules of a request, whatever their form. src/explain uses it to explain a failure. It is not part
// of a case: a run under a guide gives a recorded form, which needs no guide.
//
// The run first makes the choices of `prefix`, with the default rule between them, for `prefix_yields` yield points of
// all threads together. Then the schedule of the case takes over as if the run began there. At every point a thread
// that is about to begin `second` of an ordering is not chosen until `first` is over. If no thread can be chosen, the
// run is refused (RunEnd::kRefused): from its present state the orderings cannot all hold.
struct Guide {
  RecordedForm prefix;
  std::uint64_t prefix_yields = 0;
  std::vector<Ordering> orderings;

  bool empty() const { return prefix_yields == 0 && orderings.empty(); }
  bool operator==(const Guide&) const = default;
};

}  // namespace straylane
