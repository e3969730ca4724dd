#pragma once

#include <chrono>
#include <filesystem>

#include "explain/necessary_order.h"
#include "hunt/hunt.h"
#include "run/run_case.h"

namespace straylane {

// Gives a finding with what is known of a failing run so far: the target, the failure, and its count in the hypothesis
// of the program.
Finding start_finding(const TargetInfo& info, const RunResult& failing);
// The wall time since `start`, in seconds.
double seconds_since(std::chrono::steady_clock::time_point start);
// Counts a failing run.
void count_failure(const Failure& failure, HypothesisCheck& check);

// Makes a finding on disk of a failing run: shrinks, replays, explains, confirms and writes it. Used by hunt, props and
// minimize.
class FindingMaker {
 public:
  // `causes`: known causes of the bucket that the failing run does not have. The finding keeps away from them.
  FindingMaker(Target& target, const HuntOptions& options, const HuntHooks& hooks, KnownCauses causes = {})
      : target_(target), options_(options), hooks_(hooks), causes_(std::move(causes)) {}

  // Completes `finding`, which comes from start_finding with what the search knows besides. It receives all that
  // becomes known, even if this fails.
  //
  // Errors:
  //   kInterrupted      `finding.unfinished` says during which step. What is known is on disk, in a folder of its own,
  //                     so that the complete finding can still be made.
  //   kStorage          Nothing is on disk, and `finding.folder` is empty.
  //   kNotReproducible  The failure does not come again, and nothing is written. This can happen if the worker died or
  //                     hung, or if the schedule is not under control. Otherwise it is a bug of ours: a schedule was
  //                     not under control.
  Expected<void> make(const RunResult& failing, Finding& finding);

 private:
  Expected<void> complete(const RunResult& failing, Finding& finding);
  // Shrinks the settings only, because the choices of the run died with the worker. Changes nothing if the case does
  // not fail under the default schedule.
  Expected<void> shrink_dead_worker(const RunResult& failing, Finding& finding);
  Expected<void> shrink_to_minimum(const RunResult& failing, Finding& finding);
  void note_shrunk(Finding& finding, const std::string& schedule) const;
  Expected<void> replay_minimal(const RunResult& failing, Finding& finding);
  // Runs `c` strictly with a trace, and takes its sites from that run.
  Expected<Observation> traced(Case& c, const std::string& bucket);
  // Finds out why the smallest case fails, if the schedule is under control.
  Expected<void> explain_it(Finding& finding);
  Expected<std::string> confirm(Finding& finding);  // gives repro.py
  bool is_of_cause(const std::filesystem::path& folder, const Finding& finding) const;
  // Writes into the folder `name`, or into `name`-2 and so on if that has a finding of another kernel or cause.
  Expected<void> write(Finding& finding, const std::string& name, const std::string& repro);

  Target& target_;
  const HuntOptions& options_;
  const HuntHooks& hooks_;
  KnownCauses causes_;
};

}  // namespace straylane
