#pragma once

#include "shrink/shrink_session.h"

namespace straylane {

// Slides every choice to the earliest yield point of its thread at which the case still fails, first choice first,
// until none moves. Different failures of one cause come much closer by it. It is what is left where the canonical
// search (canonical_schedule.h) stops early.
//
// `failing` is in recorded form and fails, with `preemptions` preemptions. Never returns a larger case or one with
// more.
Case slide_choices(ShrinkSession& session, Case failing, std::uint32_t preemptions);

}  // namespace straylane
