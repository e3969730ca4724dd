#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "os/child.h"
#include "os/owned_fd.h"
#include "targets/target.h"
#include "targets/worker/protocol.h"

namespace straylane {

// A worker process: a child (os/child.h) with a socket to this process. The destructor kills it.
class WorkerProcess {
 public:
  // The worker's argument that tells it the number of its end of the socket.
  static constexpr const char* kSocketArgument = "3";

  struct Command {
    std::vector<std::string> arguments;                            // the first is the program to run
    std::vector<std::pair<std::string, std::string>> environment;  // on top of the caller's
    bool address_space_limited = true;                             // to what a worker may need
  };

  // Starts the process and waits for its hello. Errors:
  //   kUnsupported  with the reason: there is no such program, it does not say hello in time, or it cannot serve
  //   kMalformed    it cannot serve because of the program to be launched
  //   kInterrupted
  static Expected<WorkerProcess> start(const Command& command);

  const worker_protocol::Hello& hello() const { return hello_; }
  int fd() const { return child_.channel(); }
  std::vector<Site>& sites() { return sites_; }
  // Returns how the process ended and the last line that it wrote, for a message. Control characters in that line
  // become spaces. Kills the process if it still runs.
  std::string end();

 private:
  WorkerProcess() = default;
  std::string last_line() const;

  Child child_;
  OwnedFd log_;  // the file to which the process writes
  worker_protocol::Hello hello_;
  std::vector<Site> sites_;
};

// The common part of targets that run in worker processes. There is one worker for each program and granularity that
// cases ask for; the kWorkersMax that were needed last are kept. A worker that died, hung or was left dirty by a case
// is replaced, and the remaining cases go to the next one.
//
// A derived target (1) says how a worker is started (`command_for`), (2) may add advice to the reason why none could be
// started (`with_advice`), (3) calls `start` once, before it is handed out.
class WorkerTarget : public Target {
 public:
  const TargetInfo& info() const override { return info_; }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 protected:
  using Kind = std::pair<std::string, Granularity>;  // program and granularity

  // Starts the worker of the factory kernel, or of `info.kernel`, which is then launched whatever program a case names.
  // Completes `info` with what the worker says of itself: program, system, the kernel's files, cannot_launch and
  // builds_for. Errors:
  //   kUnsupported  with the reason, and what installs what is missing
  //   kMalformed    the kernel cannot be built
  Expected<void> start(TargetInfo info);

  TargetInfo info_;

 private:
  static constexpr std::size_t kWorkersMax = 4;  // each is an interpreter or a compiler: about 100 MB

  virtual Expected<WorkerProcess::Command> command_for(const Kind& kind) const = 0;
  virtual std::string with_advice(const std::string& reason) const { return reason; }

  Kind kind_of(const Case& c) const;
  Expected<WorkerProcess*> worker_for(const Kind& kind);
  // Runs a prefix of `cases`, at least one, on one worker. Appends to `observations`.
  Expected<void> run_on(const Kind& kind, std::span<const Case> cases, const RunOptions& options,
                        std::vector<Observation>& observations);

  std::map<Kind, WorkerProcess> workers_;
  std::vector<Kind> recent_;  // the kinds of `workers_`; the one needed last is at the end
};

}  // namespace straylane
