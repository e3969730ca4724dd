#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

#include "target/numba/protocol.h"

namespace straylane {

// One worker process: the interpreter under test with our native module in it, in a process group of its own, dying
// with its parent. Killed and reaped by the destructor.
class WorkerProcess {
 public:
  struct Command {
    std::string python;       // interpreter to run
    std::string module_path;  // folder of the native module and of straylane_numba
    std::string program;
    Granularity granularity = Granularity::kSwitch;
  };

  // kUnsupported with the reason where there is no such interpreter, or no simulator in it.
  static Expected<WorkerProcess> start(const Command& command);

  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&& other) noexcept;
  ~WorkerProcess();

  const System& system() const { return system_; }
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
  System system_;
  std::vector<Site> sites_;
};

}  // namespace straylane
