#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "campaign/fuzz_log.h"
#include "domain/error.h"

namespace straylane {

// One engine process: a process group of its own, dying with the thread that started it (its worker dies
// with it in turn). What it says is read through a pipe. Killed and reaped by the destructor.
class FuzzJob {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;  // set in addition to the caller's

  // `command`: path and arguments. kInternal where there are no more processes or pipes.
  static Expected<FuzzJob> start(const std::vector<std::string>& command, const Environment& environment);

  FuzzJob(FuzzJob&& other) noexcept;
  FuzzJob& operator=(FuzzJob&& other) noexcept;
  ~FuzzJob();

  int fd() const { return fd_; }  // to poll for; -1 once everything has been read
  bool ended() const { return pid_ < 0; }
  int status() const { return status_; }  // as waitpid gives it, once ended
  const FuzzLog& log() const { return log_; }
  std::vector<ToldFailure> take_failures() { return log_.take_failures(); }
  std::vector<EndedBy> take_ended_by() { return log_.take_ended_by(); }
  // Of an engine that says its figures in a file (afl_process.h).
  void take_figures(std::uint64_t executions, std::uint64_t features, std::uint64_t new_inputs, std::uint64_t files_read) {
    log_.take_figures(executions, features, new_inputs, files_read);
  }
  pid_t pid() const { return pid_ < 0 ? 0 : pid_; }

  // Takes in what is there to read, without waiting, and notices the end.
  void advance();
  // Engines take SIGINT for the wish to stop, and say their figures.
  void interrupt();
  void kill();

 private:
  FuzzJob() = default;
  void read_output();

  pid_t pid_ = -1;
  int fd_ = -1;
  int status_ = 0;
  FuzzLog log_;
};

}  // namespace straylane
