#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/canary_result.h"
#include "domain/case.h"
#include "domain/discovery_estimate.h"
#include "domain/hypothesis.h"
#include "domain/strategy_figures.h"

namespace straylane {

// What hunting on one target came to.
struct TargetSummary {
  std::string target;
  bool ran = false;      // false where cases were built and none can be launched
  bool skipped = false;  // not asked: an earlier target had a finding
  std::string reason;    // why it did not run, and what was done all the same
  // What the target is; empty where it could not be opened.
  System system;
  std::vector<std::string> notes;  // what is replaced in the system under test, in words
  bool controlled = true;          // the schedule is ours
  std::string kernel;              // path of a user's kernel; empty for a program of ours
  // What was done.
  std::vector<CanaryResult> canary;  // run before the search
  std::uint64_t cases = 0;
  std::uint64_t launches = 0;
  std::uint64_t schedules = 0;           // runs under a controlled schedule
  std::uint64_t schedules_distinct = 0;  // of different traces; an estimate above DiscoveryCounter::kClassesMax
  DiscoveryEstimate discovery;           // over those runs: what the search has not seen yet
  std::uint64_t reads_from_classes = 0;  // distinct, see Observation
  std::vector<StrategyFigures> strategies;
  std::uint64_t failing_launches = 0;
  std::optional<HypothesisCheck> hypothesis;  // over all failing runs; of a program that has one
  std::uint64_t builds = 0;                   // device programs that were built
  std::uint64_t builds_failed = 0;
  std::uint64_t not_launched = 0;  // cases that were built and neither failed nor were launched: no pass
  std::string why_not_launched;    // of the last of them
  std::uint64_t unreproduced = 0;  // failures that did not come again, such as a worker that somebody killed
  double seconds = 0;
  std::vector<std::pair<std::string, std::uint64_t>> classes;  // cases by class of settings, in the order of the suite
  std::string not_covered;  // the class that had too few cases, and how many; empty where none had
  std::string ended_by;     // "time", "finding", "interrupt", "error"
};

}  // namespace straylane
