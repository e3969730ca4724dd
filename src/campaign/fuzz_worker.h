#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "campaign/afl_process.h"
#include "campaign/fuzz_job.h"
#include "domain/campaign_tick.h"
#include "domain/error.h"

namespace straylane {

// How an engine process ended, or one below it that runs its inputs.
struct EngineEnd {
  enum class Kind {
    kDone,     // by itself: its runs are over
    kByInput,  // an input ended the process: crash, hang, memory
    kDied,     // anything else that another process can be started after
  } kind = Kind::kDone;
  std::string why;  // "killed by signal 9 (Killed)", "input crashed it", "exit status 1"
  std::vector<std::string> artifacts;  // kByInput: the files with the inputs
};

// A failure that was told, and how many failing executions came on top since the last time.
struct NewFailure {
  ToldFailure told;
  std::uint64_t failures = 0;
};

// One job of a campaign: one engine process at a time. After one that died the next is started at once, and later and
// later (up to 5 s) where they die as soon as they have started; after kQuickDeathsMax of those in a row it is given up.
class FuzzWorker {
 public:
  static constexpr std::uint32_t kQuickDeathsMax = 8;

  explicit FuzzWorker(std::uint32_t job) : job_(job) {}

  std::uint32_t job() const { return job_; }
  int fd() const { return process_ ? process_->fd() : -1; }
  bool ended() const { return ended_; }  // no process, and none will be started
  bool due() const;                      // a process should be started now

  // `afl`: where the process is one of afl-fuzz; inputs that end a process below it are then written to `artifacts`, where
  // libFuzzer writes them itself. kInternal.
  Expected<void> start(const std::vector<std::string>& command, const FuzzJob::Environment& environment,
                       std::unique_ptr<AflProcess> afl = {}, std::filesystem::path artifacts = {});
  // Takes in what is there. Gives the end of a process, once. kUnsupported and kStorage with the engine's own words, kStorage
  // also for files of our own; kInternal for a job that is given up.
  Expected<std::optional<EngineEnd>> advance();
  std::vector<NewFailure> take_failures();

  void interrupt();
  void kill();

  // Of this session, processes that died included.
  std::uint64_t executions() const;
  std::uint64_t new_inputs() const;
  std::uint64_t features() const;
  std::uint64_t edges_reached() const;
  std::uint64_t edges() const;
  std::uint64_t files_read() const;
  std::uint64_t schedules() const;
  DiscoveryEstimate seen() const;  // of the process that runs now
  bool ready() const { return process_ && process_->log().ready(); }

  const char* state() const;  // as docs/campaigns.md has it
  // The rate is since the last call.
  WorkerTick tick(double seconds);

 private:
  using Clock = std::chrono::steady_clock;

  Expected<std::optional<EngineEnd>> advance_afl();
  Expected<std::optional<EngineEnd>> judge(const FuzzJob& process);
  void put_away(const FuzzLog& log);
  void wait_before_next(EngineEnd::Kind kind);

  std::uint32_t job_;
  std::optional<FuzzJob> process_;
  std::unique_ptr<AflProcess> afl_;    // its files
  std::filesystem::path artifacts_;
  std::map<std::string, std::uint64_t> counts_;  // told by the process, by bucket
  Clock::time_point started_;
  Clock::time_point next_start_;
  std::uint32_t quick_deaths_ = 0;
  std::uint32_t cannot_run_ = 0;  // processes in a row that said so
  bool ended_ = false;
  bool asked_to_end_ = false;
  // Of processes that are gone.
  std::uint64_t executions_ = 0;
  std::uint64_t new_inputs_ = 0;
  std::uint64_t features_ = 0;
  std::uint64_t edges_reached_ = 0;
  std::uint64_t edges_ = 0;
  std::uint64_t schedules_ = 0;
  std::uint64_t executions_last_tick_ = 0;
};

}  // namespace straylane
