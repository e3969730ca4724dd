#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "domain/discovery_estimate.h"
#include "domain/finding.h"
#include "domain/strategy_figures.h"
#include "explain/explain.h"
#include "generate/setting_classes.h"
#include "hunt/canary_check.h"
#include "search/portfolio.h"
#include "shrink/shrink.h"
#include "targets/target.h"

namespace straylane {

struct HuntOptions {
  Portfolio::Options search;
  double time_s = 60;       // of searching, for each target; shrinking and confirming come on top
  bool keep_going = false;  // past the first finding, until the time is up; also to other causes of a bucket
  std::uint32_t replays = 1'000;
  std::uint32_t census = 256;  // further launches after a finding: do failing threads lie at or above n_threads?
  ShrinkOptions shrink;        // of each finding
  std::string out = "findings";
  std::string python;  // for the confirmation
  ExplainOptions explain;
};

// What hunting on one target came to.
struct TargetSummary {
  std::string target;
  bool ran = false;      // false where cases were built and none can be launched
  bool skipped = false;  // not asked: an earlier target had a finding
  std::string reason;    // why it did not run, and what was done all the same
  TargetInfo info;
  std::vector<CanaryResult> canary;  // run before the search
  std::uint64_t cases = 0;
  std::uint64_t launches = 0;
  std::uint64_t schedules = 0;           // runs under a controlled schedule
  std::uint64_t schedules_distinct = 0;  // of different traces; an estimate above DiscoveryCounter::kClassesMax
  DiscoveryEstimate discovery;           // over those runs: what the search has not seen yet
  std::uint64_t reads_from_classes = 0;  // distinct, see Observation
  std::vector<StrategyFigures> strategies;
  std::uint64_t failing_launches = 0;
  std::uint64_t stray_launches = 0;
  std::uint64_t builds = 0;  // device programs that were built
  std::uint64_t builds_failed = 0;
  std::uint64_t not_launched = 0;  // cases that were built and neither failed nor were launched: no pass
  std::string why_not_launched;    // of the last of them
  std::uint64_t unreproduced = 0;  // failures that did not come again, such as a worker that somebody killed
  double seconds = 0;
  ClassCounts classes;
  std::string ended_by;  // "time", "finding", "interrupt", "error"
};

// How the hunt speaks to the person and gets its findings written: pure functions of the command line's side.
struct HuntHooks {
  std::function<void(const std::string& line)> say;                          // one line, kept
  std::function<void(const TargetSummary& so_far, double time_s)> progress;  // now and then
  std::function<Expected<std::string>(const Case&, const Observation&, const Failure&)> render_repro;
  std::function<std::map<std::string, std::string>(const Finding&, const std::string& repro)> render_folder;
};

// Canaries, search, shrink, replay, confirm, on one target that has been opened. A canary whose race is not found ends it
// (kInternal) before the search. Findings are written to `options.out` as they
// are made. Errors are those of the target and of the disk, and what is known by then is in `summary` and `findings`, a
// finding that could not be written among them; an interrupt is no error, but ends the summary early. A failure that
// does not come again is said and counted, and the search goes on.
Expected<void> hunt(Target& target, const HuntOptions& options, const HuntHooks& hooks, TargetSummary& summary,
                    std::vector<Finding>& findings);

}  // namespace straylane
