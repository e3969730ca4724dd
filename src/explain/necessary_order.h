#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/explanation.h"
#include "explain/guided_session.h"

namespace straylane {

// Finds the smallest set of orderings between stretches of different threads that makes a failure:
//
//   - enough: every drawn schedule in which they hold fails, whatever else it does
//   - each necessary: if it is reversed while the others hold and everything else up to the pair stays as in the run,
//     no drawn schedule fails. If no such schedule can be carried out, schedules in which only the others hold count
//     instead. Those are drawn and counted in any case, because there may be another way to the same failure.
//   - each as weak as possible: `first` is as early in its thread, and `second` as late, as is still enough
//
// The search starts from the orderings that the switches of the run make: what another thread did before a switch comes
// before what the next thread does after it. Delta debugging drops the orderings that are not needed, and bisection
// moves the ends of the rest. "Every" means every drawn schedule: a rare one may be missed, so the answer has the
// counts. Flipping an ordering to see whether it matters follows A. Zeller, "Isolating cause-effect chains" (FSE 2002),
// with schedules in place of states.
//
// A failure is the same if it is in the bucket and the thread that failed first fails again; otherwise symmetric
// threads would change places. `stopped_early` says what could not be answered. Errors are those of the session.
//
// Precondition: `trace` is a traced run of the failing case, with events.
Expected<NecessaryOrder> find_necessary_order(GuidedSession& session, const Observation& trace);

// Eight hex digits over the orderings as pairs of (function, statement), without threads and lines: the same cause
// gives the same digits at other settings and after unrelated lines have moved. "00000000" if there are no orderings.
std::string order_digest(const NecessaryOrder& order);

// Whether a run is one in which all orderings of `order` held, whichever of its threads took which part. `m` takes only
// its own part, any other thread any other part. Stretches are compared by site, and any visit of a site counts, so
// that loops and other settings make no difference. A "true" may therefore be wrong; a "false" is right.
//
// Also true if `order` has no orderings, or is between more than kPartsMax threads, which are too many to try.
//
// Precondition: `trace` is traced.
inline constexpr std::size_t kPartsMax = 4;
bool order_holds_in(const NecessaryOrder& order, const Observation& trace);

// The places (function and statement) that the necessary orderings of a failure lie between.
using CausePlaces = std::set<std::string>;

// Gives the places of an order. Empty if the order is not known.
CausePlaces cause_places(const NecessaryOrder& order);

// Tells whether two failures of one bucket count as one cause: they have a place in common, because one mistake is met
// by several orders of the same few statements. Two mistakes at the same statements are not told apart. If the places
// of one failure are not known, the answer is yes.
bool same_cause(const CausePlaces& a, const CausePlaces& b);

// Orderings that are known to make cases of one bucket fail.
using KnownCauses = std::vector<NecessaryOrder>;

// Whether one of them holds in a run. `trace` must be traced.
bool has_known_cause(const KnownCauses& causes, const Observation& trace);

}  // namespace straylane
