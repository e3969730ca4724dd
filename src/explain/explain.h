#pragma once

#include "domain/explanation.h"
#include "explain/guided_session.h"

namespace straylane {

struct ExplainOptions {
  std::uint32_t continuations = 100;     // from each prefix, for the point of no return
  std::uint64_t executions_max = 6'000;  // for the orderings, and again for the point of no return
  double time_s = 5;                     // for both together
};

// Says why `failing` fails: which orderings it needs (necessary_order.h), and its point of no return (no_return.h). If
// a bound ends one of the two early, its `stopped_early` says so. Errors are those of `run`; an interrupt is one.
//
// Precondition: `trace` is a traced run of `failing`, with events.
Expected<Explanation> explain(const GuidedRuns& run, const Case& failing, const Observation& trace,
                              const ExplainOptions& options = {});

}  // namespace straylane
