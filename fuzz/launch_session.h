#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "fuzz/campaign_voice.h"
#include "run/run_case.h"
#include "search/pair_counters.h"

namespace straylane {

// The state of a fuzz entry point between inputs: the target, and what to do about a finding. An engine owns the
// command line, so all options come from the environment (campaign/engine_variables.h).
//
// An error that is not about the system under test ends the process at once, with one line on stderr and the exit code
// of the command line (os/exit_code.h): 5 for a target that cannot run, 4 for storage.
class LaunchSession {
 public:
  // The session of this process. The first call opens it, because an engine also starts this program for other
  // purposes, such as -help=1.
  static LaunchSession& of_process();

  const Program& program() const { return target_->info().program; }
  const Schema& schema() const { return program().schema; }

  // Runs the case of `input` with the program of this process. The verdict is pass, fail or discard; any other one ends
  // the process.
  Verdict run(std::span<const std::uint8_t> input);
  // The same for an engine: adds the run to `counters` (search/pair_counters.h) and reports a failure.
  VerdictKind run(std::span<const std::uint8_t> input, std::span<std::uint8_t, kPairCounters> counters);

 private:
  LaunchSession();
  Case case_of(std::span<const std::uint8_t> input) const;
  Expected<RunResult> run_or_stop(std::span<const std::uint8_t> input);

  // Says on stderr what was found, once per bucket:
  //
  //   straylane: finding BUCKET
  //   straylane: MESSAGE
  //   straylane: case CALLS; N choices [token TOKEN]
  //   straylane: input PATH                                  with STRAYLANE_KEEP_GOING
  //
  // Without STRAYLANE_KEEP_GOING and STRAYLANE_CAMPAIGN it then aborts, and the engine keeps the input.
  void on_finding(std::span<const std::uint8_t> input, const RunResult& result);

  std::unique_ptr<Target> target_;
  RunOptions options_;        // the defaults, made once
  std::string program_name_;  // in cases
  std::string keep_going_;    // the folder for findings; empty: abort at the first
  std::set<std::string> buckets_;
  std::optional<CampaignVoice> voice_;  // in a campaign
};

// "AttributeError: ... in allocate_buffer (no-exception, thread 0:3, stray lane)". The last part names the program's
// hypothesis if it holds for the failure.
std::string describe(const Failure& failure, const Program& program);

}  // namespace straylane
