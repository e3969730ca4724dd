#pragma once

#include "domain/explanation.h"
#include "domain/observation.h"

namespace straylane {

// Whether a run is one in which all orderings of `order` held, whichever of its threads took which part: `m` its own,
// every other part any other thread. A part is known by its site, and any visit of it counts, so that a loop or other
// settings do not hide it: what is said to hold may not, what is said not to hold does not.
//
// True where `order` has no orderings, and where it is between more than kPartsMax threads (too many to go through).
// `trace` must be traced.
inline constexpr std::size_t kPartsMax = 4;
bool order_holds_in(const NecessaryOrder& order, const Observation& trace);

}  // namespace straylane
