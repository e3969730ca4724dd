#pragma once

#include "campaign/hunt.h"
#include "run/run_case.h"

namespace straylane {

// From a failing run to a finding on disk: shrink, replay, confirm, write. Used by hunt and minimize.
class FindingMaker {
 public:
  FindingMaker(Target& target, const HuntOptions& options, const HuntHooks& hooks)
      : target_(target), options_(options), hooks_(hooks) {}

  // `finding` carries what the search knows. kNotReproducible where the failure does not come again when replayed: then
  // the schedule was not under control, and that is a mistake of ours.
  Expected<Finding> make(const RunResult& failing, Finding finding);

 private:
  Expected<void> shrink_to_minimum(const RunResult& failing, Finding& finding);
  // A traced strict run of `c`, which takes over its sites.
  Expected<Observation> traced(Case& c, const std::string& bucket);
  Expected<std::string> confirm(Finding& finding);  // gives repro.py
  Expected<void> write(Finding& finding, const std::string& repro);

  Target& target_;
  const HuntOptions& options_;
  const HuntHooks& hooks_;
};

}  // namespace straylane
