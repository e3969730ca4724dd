#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "campaign/afl_process.h"
#include "campaign/engine_process.h"
#include "domain/campaign_records.h"
#include "domain/error.h"

namespace straylane {

// How an engine process died, or one below it that runs its inputs.
struct EngineDeath {
  bool by_input = false;               // an input ended it: crash, time limit, memory
  std::string why;                     // "killed by signal 9 (Killed)", "input crashed it", "exit status 1"
  std::vector<std::string> artifacts;  // if by_input: the files with the inputs
};

// One job of a campaign, which runs one engine process at a time.
//
// - After a process has died the next one is started at once, or up to 5 s later if processes die as soon as they have
//   started.
// - After kQuickDeathsMax such deaths in a row the job is given up.
class FuzzWorker {
 public:
  static constexpr std::uint32_t kQuickDeathsMax = 8;

  explicit FuzzWorker(std::uint32_t job) : job_(job) {}

  std::uint32_t job() const { return job_; }
  int fd() const { return process_ ? process_->child.channel() : -1; }  // for poll(); -1 if there is nothing to read
  bool ended() const { return ended_; }                                 // no process runs, and none will be started
  bool due() const;                                                     // a process should be started now

  // Starts a process. `afl`: its files if it is one of afl-fuzz. Inputs that end a process below afl-fuzz are written
  // to `artifacts`; libFuzzer writes them itself. Errors: kInternal.
  Expected<void> start(const std::vector<std::string>& command, const EngineEnvironment& environment,
                       std::unique_ptr<AflProcess> afl = {}, std::filesystem::path artifacts = {});
  // Reads what has arrived. Gives each death of a process once.
  // Errors: kUnsupported and kStorage with the engine's own words; kStorage for files of our own; kInternal for a job
  // that is given up.
  Expected<std::optional<EngineDeath>> advance();
  std::vector<ToldFailure> take_failures();

  void interrupt();
  void kill();

  // Gives the figures of this session, including those of processes that have ended.
  EngineFigures figures() const;
  DiscoveryEstimate seen() const;  // by the process that runs now

  const char* state() const;  // in the words of docs/campaigns.md
  // Measures the rate since the last call.
  void measure_rate();
  // Gives the figures of this moment, with the last rate that was measured.
  WorkerTick tick() const;

 private:
  using Clock = std::chrono::steady_clock;

  Expected<std::optional<EngineDeath>> advance_afl();
  Expected<std::optional<EngineDeath>> take_end();

  std::uint32_t job_;
  std::optional<EngineProcess> process_;
  std::unique_ptr<AflProcess> afl_;
  std::filesystem::path artifacts_;
  Clock::time_point started_;
  Clock::time_point next_start_;
  std::uint32_t quick_deaths_ = 0;
  std::uint32_t cannot_run_ = 0;  // processes in a row that said so
  bool ended_ = false;
  bool asked_to_end_ = false;
  EngineFigures earlier_;  // of processes that have ended
  Clock::time_point measured_ = Clock::now();
  std::uint64_t executions_measured_ = 0;
  std::uint64_t executions_per_s_ = 0;
};

}  // namespace straylane
