#pragma once

#include "domain/explanation.h"
#include "explain/guided_session.h"

namespace straylane {

struct NoReturnOptions {
  std::uint32_t continuations = 100;    // drawn schedules from each prefix
  std::size_t switches_max = 12;        // places to begin with: the first of the run's switches
};

// The point of no return: from prefixes of the run, `continuations` drawn continuations each; the chance that they fail,
// with its 95 % interval, and the step at which it jumps. Prefixes at the run's switches first, then between two whose
// intervals do not overlap, by bisection down to single steps: about log2(steps) prefixes for each jump.
//
// `trace` is a traced run of the failing case, with events. Bounded by the session, which then says so.
Expected<NoReturn> find_no_return(GuidedSession& session, const Observation& trace, const NoReturnOptions& options = {});

// The interval of Wilson (JASA 22, 1927) for a share, at 95 %.
Chance chance_of(std::size_t steps, std::uint32_t runs, std::uint32_t failed);

}  // namespace straylane
