#pragma once

#include <string>
#include <string_view>

#include "domain/case.h"
#include "domain/held_program.h"
#include "domain/observation.h"
#include "domain/verdict.h"

namespace straylane {

inline constexpr std::size_t kHeldTurnsMax = 20'000;

// The text of repro.py for a traced run of `c`: stock interpreter, stock simulator, real threads, waits at the turns of
// the run and nothing else. kUnsupported where a turn ends at a place that a stock interpreter cannot be held at,
// because the real system does not hand over there, and where there are more than kHeldTurnsMax turns.
Expected<std::string> render_repro(const HeldProgram& program, const Case& c, const Observation& traced,
                                   const Failure& failure);

// The same for any Python template: puts the schedule, what holds real threads in it (thread_holding.py) and what calls
// the program in place of @TITLE@, @CALLS@, @PLACES@, @TURNS@, @HOLDS@, @EXPECTED@, @MOVED@, @THREAD_HOLDING@,
// @PROGRAM_CALL@, @PACKAGE@ and @MODULE@. What stands between "# only: PART" and "# end" stays where this program,
// schedule or failure needs it; the name of the failure's oracle is one of the parts.
Expected<std::string> fill_held_schedule(std::string text, const HeldProgram& program, const Case& c,
                                         const Observation& traced, const Failure& failure);

// Puts `value` for each `name` in `text`.
void replace_all(std::string& text, std::string_view name, const std::string& value);

}  // namespace straylane
