#pragma once

#include <string>

#include "domain/explanation.h"
#include "explain/guided_session.h"

namespace straylane {

struct NecessaryOrderOptions {
  std::uint32_t draws = 16;           // schedules that must all fail for orderings to be taken as enough
  std::uint32_t draws_confirm = 64;   // the same for the answer, and of each ordering reversed
  std::uint32_t draws_closest = 8;    // of each ordering reversed in each of the two closest schedules
  std::size_t orderings_max = 256;    // to begin with; more switches than that are not explained
};

// The smallest set of orderings between stretches of different threads that makes a failure:
//
//   - enough: every drawn schedule in which they hold fails, whatever else it does
//   - each necessary: with it reversed, the others held, and all else up to the pair as it was in the run, no drawn
//     schedule fails. Where that cannot be carried out, no drawn schedule at all with it reversed and the others held;
//     what those come to is counted in any case, since a failure may be reached in more than one way
//   - each as weak as it can be: `first` as early and `second` as late in its thread as still is enough
//
// It starts from the orderings that the switches of the run make (who had run before goes before who then runs), drops
// what is not needed by delta debugging, and moves the ends of what is left by bisection. "Every" is every one of
// those drawn: a rare schedule may be missed, which the counts in the answer say. That an ordering matters is asked by
// flipping it, as in A. Zeller, "Isolating cause-effect chains" (FSE 2002), with schedules in the place of states.
//
// `trace` is a traced run of `failing`, with events. The failure is the same where the bucket is and the thread that
// failed first fails again; symmetric threads would otherwise change places. What could not be answered is said in
// `stopped_early`; errors are those of the session.
Expected<NecessaryOrder> find_necessary_order(GuidedSession& session, const Observation& trace,
                                              const NecessaryOrderOptions& options = {});

// Of the orderings as pairs of (function, statement), whatever threads and lines: the same cause gives the same 8 hex
// digits in other settings and where unrelated lines move. "00000000" where there are none.
std::string order_digest(const NecessaryOrder& order);

// The thread whose exception was the first of a run.
std::optional<ThreadId> first_to_fail(const Observation& observation);

}  // namespace straylane
