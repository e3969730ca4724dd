#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/case.h"
#include "domain/discovery_estimate.h"
#include "domain/hypothesis.h"

namespace straylane {

// The result of one canary (program/canary/canaries.h).
struct CanaryResult {
  std::string primitive;
  std::uint32_t schedules = 0;  // until one found the planted race; all schedules if none did
  bool found = false;

  bool operator==(const CanaryResult&) const = default;
};

// What one strategy did in a search, and what it found.
struct StrategyFigures {
  std::string name;  // "sticky", "pct", "list", "pos", "surw", "reads-from"
  std::uint64_t runs = 0;
  double seconds = 0;             // a batch's time is divided among strategies by yield points
  std::uint64_t yields = 0;       // yield points of its runs
  std::uint64_t new_classes = 0;  // runs of a reads-from class that no earlier run had
  std::uint64_t new_pairs = 0;    // pairs of accesses that no earlier run had
  std::uint64_t failures = 0;     // failing runs
};

// The result of hunting on one target.
struct TargetSummary {
  std::string target;
  bool ran = false;      // false if cases were built but none could be launched
  bool skipped = false;  // not tried, because an earlier target had a finding
  std::string reason;    // why it did not run, and what was done nevertheless
  // What the target is. These are empty if it could not be opened.
  System system;
  std::vector<std::string> notes;  // what is replaced in the system under test, in words
  bool controlled = true;          // Straylane chose the schedules
  std::string kernel;              // path of a user's kernel; empty for a program of our own
  // What was done.
  std::vector<CanaryResult> canary;  // run before the search
  std::uint64_t cases = 0;
  std::uint64_t launches = 0;
  std::uint64_t schedules = 0;           // runs under a controlled schedule
  std::uint64_t schedules_distinct = 0;  // different traces; an estimate above DiscoveryCounter::kClassesMax
  DiscoveryEstimate discovery;           // over those runs: what the search has not seen yet
  std::uint64_t reads_from_classes = 0;  // distinct classes (Observation::reads_from_digest)
  std::vector<StrategyFigures> strategies;
  std::uint64_t failing_launches = 0;
  std::optional<HypothesisCheck> hypothesis;  // over all failing runs; absent if the program has no hypothesis
  std::uint64_t builds = 0;                   // device programs that were built
  std::uint64_t builds_failed = 0;
  std::uint64_t not_launched = 0;  // cases that were built and did not fail, but were not launched: no pass
  std::string why_not_launched;    // for the last of them
  std::uint64_t unreproduced = 0;  // failures that did not recur, such as a worker that was killed from outside
  double seconds = 0;
  std::vector<std::pair<std::string, std::uint64_t>> classes;  // cases by class of settings, in the order of the suite
  std::string not_covered;  // the class that had too few cases, and how many; empty if none had
  std::string ended_by;     // "time", "finding", "interrupt", "error"
};

}  // namespace straylane
