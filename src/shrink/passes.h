#pragma once

#include "shrink/shrink_session.h"

namespace straylane {

// The passes of a shrink, one file for each.

// Finds the smallest settings at which the case fails, in the order of case_size:
//   - it leaves out calls;
//   - it lowers every parameter by itself (field_search.h), in the schema's shrink order, until none moves. The
//     `linear_max` smallest values of each are tried one by one. A bounded parameter follows its bound down;
//   - it lowers parameters that depend on each other, and starts again if that helped.
// Parameters of the role `shape` descend only if `shape`, and last.
//
// Other settings make other runs, so a recorded schedule may not carry over. For all settings the descent tries the
// same choices, then the same with thread indexes replaced by their rank among the threads that take part. If neither
// fails, it draws schedules (sticky and pct). A case that needs no choices is tried without any, and nothing is drawn
// for it.
//
// Never returns a larger case. The schedule of the result may have more choices if its settings are smaller.
// Preconditions: `failing` is in recorded form. It fails.
Case descend_settings(ShrinkSession& session, Case failing, bool shape, std::int64_t linear_max);

// Makes the data of a case (Case::data) smaller while the case fails, in the order of case_size. It leaves out parts,
// from all data down to single bytes, as delta debugging does (Zeller and Hildebrandt, TSE 2002). Then it sets parts to
// zero and lowers single bytes. Choices are carried over. Never returns a larger case. Costs nothing without data, and
// at most `executions_max`.
// Preconditions: `failing` is in recorded form. It fails.
Case reduce_data(ShrinkSession& session, Case failing, std::uint64_t executions_max);

// These functions make the schedule of a failing case smaller. They do not change settings and data, and never return a
// larger case.
// Preconditions of all: `failing` is in recorded form. It fails.

// Removes choices while the case fails: delta debugging (Zeller and Hildebrandt, TSE 2002) with complements only, one
// batch for each granularity. The result is 1-minimal, so no single choice can be left out, and all its choices took
// effect.
Case remove_choices(ShrinkSession& session, Case failing);

// Shortens chains of choices. If one choice leads to a thread and a later choice leaves that thread, the first choice
// can lead to the target of the later one. A removal cannot do that, because without either choice the default rule
// holds. Each round runs at most one case for each pair of choices.
Case bypass_choices(ShrinkSession& session, Case failing);

// Slides every choice to the earliest yield point of its thread at which the case still fails, first choice first,
// until no choice moves. Failures with one cause become more alike. Used if search_canonical stops early. The result
// has at most `preemptions` preemptions.
// Precondition: `failing` has `preemptions` preemptions.
Case slide_choices(ShrinkSession& session, Case failing, std::uint32_t preemptions);

struct CanonicalSchedule {
  std::optional<Case> found;  // the first schedule that fails
  bool complete = false;      // the search was not stopped early, so there is no failing schedule before `found`
};

// Finds the smallest failing schedule, in the order of case_size, with exactly `preemptions` preemptions and no other
// choices, at the settings of `failing`. It starts from the settings alone, so every failing case with these settings
// and this number of preemptions gives the same schedule. Only the first `threads_max` threads by rank take part.
//
// The search first runs all schedules among two threads, then those in which the next thread takes part, and so on. It
// is a tree over recorded forms: the trace of a run with some choices shows at which yield points another choice can
// follow. It does not enumerate the search form. In the order of gaps, all pairs that begin while `m` still starts
// threads come first: at block size 32, an estimated million schedules before the first one of the known failure.
CanonicalSchedule search_canonical(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                   std::uint64_t executions_max, std::size_t threads_max = SIZE_MAX);

}  // namespace straylane
