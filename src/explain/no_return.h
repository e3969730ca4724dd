#pragma once

#include "domain/explanation.h"
#include "explain/guided_session.h"

namespace straylane {

// Finds the point of no return. From prefixes of the run it draws `continuations` schedules each. The share that fails,
// with its 95 % interval, is the chance of failure from there on; the point of no return is where it jumps.
//
// The first prefixes end at the run's switches. Between two neighbours whose intervals do not overlap, bisection adds
// prefixes down to single steps: about log2(steps) of them for each jump. The session bounds the search; if it does,
// `stopped_early` says so.
//
// Precondition: `trace` is a traced run of the failing case, with events.
Expected<NoReturn> find_no_return(GuidedSession& session, const Observation& trace, std::uint32_t continuations = 100);

// The 95 % interval of Wilson (JASA 22, 1927) for a share.
Chance chance_of(std::size_t steps, std::uint32_t runs, std::uint32_t failed);

}  // namespace straylane
