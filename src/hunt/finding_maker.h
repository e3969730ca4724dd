#pragma once

#include <filesystem>

#include "hunt/hunt.h"
#include "hunt/known_causes.h"
#include "run/run_case.h"

namespace straylane {

// What is known of a failing run before anything is done about it: of the target, of the failure, and its count in the
// hypothesis of the program.
Finding start_finding(const TargetInfo& info, const RunResult& failing);
// Counts a failing run.
void count_failure(const Failure& failure, HypothesisCheck& check);

// From a failing run to a finding on disk: shrink, replay, explain, confirm, write. Used by hunt, props and minimize.
class FindingMaker {
 public:
  // `causes`: of the bucket, that the failing run has not. The finding keeps away from them.
  FindingMaker(Target& target, const HuntOptions& options, const HuntHooks& hooks, KnownCauses causes = {})
      : target_(target), options_(options), hooks_(hooks), causes_(std::move(causes)) {}

  // `finding` comes from start_finding, with what the search knows besides, and is given everything that becomes known,
  // also where this fails:
  //
  //   kInterrupted      `finding.unfinished` says at what; what is known is on disk, in a folder of its own name, so
  //                     that the whole finding can still be made
  //   kStorage          nothing is on disk, `finding.folder` is empty
  //   kNotReproducible  the failure does not come again; nothing is written. Of a worker that died or hung this can
  //                     happen, and where the schedule is not under control; else the schedule was not under control,
  //                     and that is a mistake of ours.
  Expected<void> make(const RunResult& failing, Finding& finding);

 private:
  Expected<void> complete(const RunResult& failing, Finding& finding);
  // A worker that dies or hangs takes the choices that were made with it: its settings are shrunk under the default
  // schedule where it fails under that; else the case is run again as it is.
  Expected<void> shrink_dead_worker(const RunResult& failing, Finding& finding);
  Expected<void> replay_dead_worker(const RunResult& failing, Finding& finding);
  Expected<void> shrink_to_minimum(const RunResult& failing, Finding& finding);
  void take_token(Finding& finding) const;
  void say_shrunk(const Finding& finding, const std::string& schedule) const;
  bool is_of_cause(const std::filesystem::path& folder, const Finding& finding) const;
  // A traced strict run of `c`, which takes over its sites.
  Expected<Observation> traced(Case& c, const std::string& bucket);
  // Why the smallest case fails; only where the schedule is under control.
  Expected<void> explain_it(Finding& finding);
  Expected<std::string> confirm(Finding& finding);  // gives repro.py
  // Into the folder `name`; where that is a finding of another kernel or another cause, into `name`-2 and so on.
  Expected<void> write(Finding& finding, const std::string& name, const std::string& repro);

  Target& target_;
  const HuntOptions& options_;
  const HuntHooks& hooks_;
  KnownCauses causes_;
};

}  // namespace straylane
