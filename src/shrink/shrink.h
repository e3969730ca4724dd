#pragma once

#include "shrink/case_size.h"
#include "shrink/shrink_session.h"
#include "shrink/smaller_settings_proof.h"

namespace straylane {

struct ShrinkOptions {
  std::uint64_t executions_max = 60'000;       // of the whole shrink
  double time_s = ShrinkSession::kNoLimit;     // wall time of the whole shrink
  std::uint64_t proof_executions_max = 6'000;  // of each proof that fewer preemptions do not fail
  std::uint64_t pair_executions_max = 2'000;   // of each search for fewer preemptions between the first two threads
  std::uint64_t canonical_executions_max = 12'000;  // of each canonical search
  std::int64_t settings_linear_max = 2'048;         // values of a field tried one by one from its smallest
  // Of the proof that no settings smaller than those of `minimal_any_block` fail, on top of `executions_max`; 0: not
  // tried.
  std::uint64_t settings_proof_executions_max = 0;
};

// One minimum.
struct Minimum {
  Case failing;  // in recorded form; its list of sites is empty where it was stopped early
  std::uint32_t preemptions = 0;
  // It has no choice but its preemptions, and every schedule in search form with fewer of them was run at these settings,
  // and none fails. Of schedules that also make choices where a thread waits or ends it says nothing.
  bool proven = false;
  // Every failing case of the bucket with these settings and this number of preemptions gives this schedule.
  bool canonical = false;
  // Which bound of the whole shrink, or of the canonical search, was reached, so that a smaller case may be left; empty
  // where none.
  std::string stopped_early = {};
  std::string not_proven = {};  // why `proven` is not, empty where it is

  bool operator==(const Minimum&) const = default;
};

struct ShrinkResult {
  CaseSize before;
  Minimum minimal;                             // block_size as it was found
  Minimum minimal_any_block;                   // block_size descended too
  SmallerSettingsProof smaller_settings = {};  // of `minimal_any_block`, with as many preemptions as it has
  bool interrupted = false;                    // the minima are the smallest so far
  std::uint64_t executions = 0;
  std::vector<PassCount> passes = {};  // where the executions went, in the order in which the passes began
};

// The smallest case that fails as `failing` does, whatever failing case of the bucket it starts from:
//
//   run it -> remove choices
//   -> settings descend -> remove choices -> fewer preemptions, or proof that none fails -> canonical schedule, or
//   slide
//      where that stopped early; again from the settings, until neither they nor the schedule get smaller
//   and the same again with block_size among the settings; then the proof that no smaller settings fail, where it is
//   asked for: what it finds is shrunk further
//
// Never leaves the bucket (it takes only what `run` says fails) and never returns a larger case than the recorded form
// of `failing`, by case_size. Under one seed of everything the answer is the same every time, whatever the number of
// workers behind `run`; under `time_s` it may differ, and then says so. Stopped early or interrupted, it gives the
// smallest so far. Errors: kNotReproducible where `failing` does not fail; kInterrupted before that is known; else
// those of `run`.
Expected<ShrinkResult> shrink(const RunMany& run, const Case& failing, const ShrinkOptions& options = {});

}  // namespace straylane
