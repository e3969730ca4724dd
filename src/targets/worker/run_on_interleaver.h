#pragma once

#include <cstdint>
#include <vector>

#include "interleave/interleaver.h"
#include "targets/target.h"
#include "targets/worker/observe.h"

namespace straylane {

// Runs a case of a small C++ program whose yield points stand at `sites`, as a target does. The program (1) makes the
// launches of `run(calls)` as the thread `m`, (2) completes the observation in `report`, after the drain.
template <class ProgramRun>
Observation run_on_interleaver(Interleaver& interleaver, const std::vector<Site>& sites, const Case& c,
                               const RunOptions& options, ProgramRun& program) {
  // Sites that the case names and the program does not have get numbers after the table, as make_strategy wants it.
  std::vector<Site> unknown;
  const SiteNumber site_number = [&](const Site& site) {
    for (std::uint32_t i = 0; i < sites.size(); ++i) {
      if (sites[i] == site) return i;
    }
    unknown.push_back(site);
    return static_cast<std::uint32_t>(sites.size() + unknown.size() - 1);
  };
  const SiteOf site_of = [&](std::uint32_t site) {
    return site < sites.size() ? sites[site] : unknown[site - sites.size()];
  };
  const auto strategy = strategy_of(c, options, site_number, site_of);
  interleaver.begin(*strategy, {.steps_max = options.steps_max, .trace = options.trace});
  program.run(c.calls);
  const bool drained = interleaver.drain();
  Observation observation = observe_run(interleaver, *strategy, site_of);
  observation.dirty = !drained;
  program.report(observation);
  return observation;
}

}  // namespace straylane
