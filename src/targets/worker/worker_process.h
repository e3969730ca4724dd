#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "os/child.h"
#include "os/owned_fd.h"
#include "targets/worker/protocol.h"

namespace straylane {

// One worker process, as a child (os/child.h) with a socket to us. The destructor kills it.
class WorkerProcess {
 public:
  // The number of the worker's end of the socket, as an argument of it: Child::kSocket.
  static constexpr const char* kSocketArgument = "3";

  struct Command {
    std::vector<std::string> arguments;                            // the first is the program to run
    std::vector<std::pair<std::string, std::string>> environment;  // on top of the caller's
    bool address_space_limited = true;                             // to what a worker may need
  };

  // Starts the process and waits for its hello. kUnsupported with the reason if there is no such program, it does not
  // say hello in time, or its hello says that it cannot serve; kMalformed if that is because of the program to be
  // launched; kInterrupted.
  static Expected<WorkerProcess> start(const Command& command);

  const worker_protocol::Hello& hello() const { return hello_; }
  int fd() const { return child_.channel(); }
  std::vector<Site>& sites() { return sites_; }
  // How the process ended and the last line it wrote, for a message; control characters in that line become spaces.
  // Kills it if it still runs.
  std::string end();

 private:
  WorkerProcess() = default;
  std::string last_line() const;

  Child child_;
  OwnedFd log_;  // what it writes
  worker_protocol::Hello hello_;
  std::vector<Site> sites_;
};

}  // namespace straylane
