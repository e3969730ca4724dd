#pragma once

#include <sys/types.h>

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "targets/worker/protocol.h"

namespace straylane {

// One worker process, in a process group of its own, dying with its parent. Killed and reaped by the destructor.
class WorkerProcess {
 public:
  // Stands among the arguments where the number of the worker's end of the socket belongs.
  static constexpr const char* kSocketArgument = "{socket}";

  struct Command {
    std::vector<std::string> arguments;                            // the first is the program to run
    std::vector<std::pair<std::string, std::string>> environment;  // on top of the caller's
    bool address_space_limited = true;                             // to what a worker may need
  };

  // kUnsupported with the reason where there is no such program, or its hello says that it cannot serve; kMalformed
  // where that is because of the program to be launched.
  static Expected<WorkerProcess> start(const Command& command);

  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&& other) noexcept;
  ~WorkerProcess();

  const worker_protocol::Hello& hello() const { return hello_; }
  int fd() const { return fd_; }
  std::vector<Site>& sites() { return sites_; }
  // How the process ended and the last line it wrote, for a message. Ends it where it still runs.
  std::string end();

 private:
  WorkerProcess() = default;
  void kill_and_reap();
  std::string last_line() const;

  pid_t pid_ = -1;
  int fd_ = -1;
  int log_ = -1;
  int status_ = 0;
  worker_protocol::Hello hello_;
  std::vector<Site> sites_;
};

}  // namespace straylane
