#pragma once

#include "shrink/shrink_session.h"

namespace straylane {

struct CanonicalOptions {
  std::uint64_t executions_max = 12'000;
  std::size_t threads_max = SIZE_MAX;  // threads that may take part, by rank
};

struct CanonicalSchedule {
  std::optional<Case> found;  // the first that fails
  bool complete = false;      // `found` is the first, or none at all fails among the threads that may take part
};

// The smallest failing schedule, in the order of case_size, with exactly `preemptions` preemptions and no other choices
// at the settings of `failing`. Because it starts from the settings alone, every failing case with these settings and
// this number of preemptions gives the same one.
//
// It runs all schedules among the first two threads, then those that the next thread takes part in, and so on. A tree
// over recorded forms: the trace of a run with its choices made says at which yield points a next choice can stand.
// It does not enumerate the search form because in the order of gaps every pair that begins while `m` still starts
// threads comes first: at block size 32 an estimated million schedules before the first that fails in the known way.
CanonicalSchedule search_canonical(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                   const CanonicalOptions& options);

}  // namespace straylane
