#pragma once

#include <span>
#include <utility>
#include <vector>

#include "domain/verdict.h"
#include "targets/target.h"

namespace straylane {

// One run of one case, judged.
struct RunResult {
  RunResult() = default;
  RunResult(Case&& c, Observation&& o) : recorded(std::move(c)), observation(std::move(o)) {}

  // The case as it ran: its schedule in recorded form, the target's system, and, if the run was traced, its sites.
  // A run without a full list of choices (crash, time-out, refusal) keeps the schedule that it was given.
  Case recorded;
  Observation observation;
  Verdict verdict;
};

// Runs a case and judges it. Property suite, fuzz entry points, replay, minimise and hunt all call this.
// Errors: kOutOfRange for settings outside their bounds, with nothing built or launched; else those of the target.
Expected<RunResult> run_case(Target& target, Case c, const RunOptions& options);

// The same for a batch, which a target with a worker process answers in one round trip. If one case is invalid, nothing
// is run, and the error names the place of that case.
Expected<std::vector<RunResult>> run_cases(Target& target, std::span<const Case> cases, const RunOptions& options);

}  // namespace straylane
