#include "explain/explain.h"

#include <algorithm>
#include <chrono>

#include "explain/necessary_order.h"
#include "explain/no_return.h"

namespace straylane {

Expected<Explanation> explain(const GuidedRuns& run, const Case& failing, const Observation& trace,
                              const ExplainOptions& options) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto seconds = [start] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  const GuidedSession::Options bounds{
      .executions_max = options.executions_max,
      .steps_expected = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(trace.yields, 1, UINT32_MAX)),
      .time_is_up = [&] { return seconds() > options.time_s; }};

  GuidedSession for_order(run, failing, bounds);
  auto order = find_necessary_order(for_order, trace);
  if (!order) return tl::unexpected(order.error());
  GuidedSession for_no_return(run, failing, bounds);
  auto no_return = find_no_return(for_no_return, trace, options.continuations);
  if (!no_return) return tl::unexpected(no_return.error());
  return Explanation{std::move(*order), std::move(*no_return), seconds()};
}

}  // namespace straylane
