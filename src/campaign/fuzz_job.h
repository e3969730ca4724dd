#pragma once

#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "campaign/fuzz_log.h"
#include "domain/error.h"
#include "os/child.h"

namespace straylane {

// One engine process, as a child (os/child.h) whose output is read through a pipe. The destructor kills it, and its
// worker dies with it.
class FuzzJob {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;  // set in addition to the caller's

  // `command`: path and arguments. kInternal where there are no more processes or pipes.
  static Expected<FuzzJob> start(const std::vector<std::string>& command, const Environment& environment);

  int fd() const { return child_.channel(); }  // to poll for; -1 once everything has been read
  bool ended() const { return child_.pid() == 0; }
  const ChildEnd& end() const { return child_.end(); }  // meaningful once ended
  const FuzzLog& log() const { return log_; }
  std::vector<ToldFailure> take_failures() { return log_.take_failures(); }
  std::vector<EndedBy> take_ended_by() { return log_.take_ended_by(); }
  // Of an engine that says its figures in a file (afl_process.h).
  void take_figures(std::uint64_t executions, std::uint64_t features, std::uint64_t new_inputs, std::uint64_t files_read) {
    log_.take_figures(executions, features, new_inputs, files_read);
  }
  pid_t pid() const { return child_.pid(); }  // 0 once ended

  // Takes in what is there to read, without waiting, and notices the end.
  void advance();
  // Engines take SIGINT for the wish to stop, and say their figures.
  void interrupt() { child_.signal(SIGINT); }
  void kill() { child_.kill(); }

 private:
  FuzzJob() = default;

  Child child_;
  FuzzLog log_;
};

}  // namespace straylane
