#pragma once

#include <string>
#include <string_view>

#include "domain/case.h"
#include "domain/observation.h"
#include "domain/verdict.h"

namespace straylane {

inline constexpr std::size_t kHeldTurnsMax = 20'000;

// Puts the schedule of a traced run of `c` and what holds real threads in it (thread_holding.py) into a Python template:
// @TITLE@, @LAUNCHES@, @PLACES@, @TURNS@, @HOLDS@, @EXPECTED@, @THREAD_HOLDING@, @PACKAGE@ and @PROGRAM@ of what is launched.
// What stands in it between "# only: PART" and "# end" stays where this schedule or failure needs it. kUnsupported where a turn
// ends at a place that a stock interpreter cannot be held at, because the real system does not hand over there, and where
// there are more than kHeldTurnsMax turns.
Expected<std::string> fill_held_schedule(std::string text, const Case& c, const Observation& traced,
                                         const Failure& failure);

// Puts `value` for each `name` in `text`.
void replace_all(std::string& text, std::string_view name, const std::string& value);

}  // namespace straylane
