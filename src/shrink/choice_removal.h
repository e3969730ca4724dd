#pragma once

#include "shrink/shrink_session.h"

namespace straylane {

// Removes choices of the recorded form while the case fails: delta debugging (Zeller and Hildebrandt, TSE 2002) with
// complements only, all of one granularity in a batch. The result is 1-minimal: no single choice can be left out. Its
// choices are those that took effect.
//
// `failing` is in recorded form and fails. Never returns a larger case.
Case remove_choices(ShrinkSession& session, Case failing);

// Shortens a chain of choices: where one leads to a thread that the next leaves again, the first goes to where the
// second does. A removal cannot do that: without either of the two, the default rule holds. As many cases as pairs of
// choices.
Case bypass_choices(ShrinkSession& session, Case failing);

}  // namespace straylane
