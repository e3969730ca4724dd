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

  // The case as it ran: its schedule in recorded form, the target's system, and its sites where the run was traced.
  // Runs that give no full list of choices (crash, time-out, refusal) keep the schedule they were given.
  Case recorded;
  Observation observation;
  Verdict verdict;
};

// The whole flow of a case up to its verdict. Property suite, fuzz entry point, replay, minimise and hunt all call it.
// Errors: kOutOfRange for settings outside their bounds, and then nothing is built or launched; else the target's.
Expected<RunResult> run_case(Target& target, Case c, const RunOptions& options);

// The same for a batch, which a target with a worker process answers in one round trip. One invalid case and nothing
// is run; the error names its place.
Expected<std::vector<RunResult>> run_cases(Target& target, std::span<const Case> cases, const RunOptions& options);

}  // namespace straylane
