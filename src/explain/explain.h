#pragma once

#include "domain/explanation.h"
#include "explain/guided_session.h"

namespace straylane {

struct ExplainOptions {
  std::uint32_t continuations = 100;     // from each prefix, for the point of no return
  std::uint64_t executions_max = 6'000;  // of each half: the orderings, and the point of no return
  double time_s = 5;                     // of both together
};

// Why `failing` fails: the orderings it needs (necessary_order.h) and its point of no return (no_return.h). `trace` is
// a traced run of it, with events. What a bound kept from being answered is said in the halves' `stopped_early`. Errors
// are those of `run`, an interrupt among them.
Expected<Explanation> explain(const GuidedRuns& run, const Case& failing, const Observation& trace,
                              const ExplainOptions& options = {});

}  // namespace straylane
