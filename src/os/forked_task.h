#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "domain/error.h"

namespace straylane {

// One function call in a process of its own: a fork of this one, which must have one thread only. The process has a
// process group of its own, dies with its parent, keeps none of its files open (locks and databases stay the parent's
// alone), writes nothing on stdout and stderr, and gives way to others (nice 10).
class ForkedTask {
 public:
  // `run` gives the text that the parent gets. kInternal where there are no more processes.
  static Expected<ForkedTask> start(const std::function<std::string()>& run, std::chrono::seconds time_max);

  ForkedTask(ForkedTask&& other) noexcept;
  ForkedTask& operator=(ForkedTask&& other) noexcept;
  ~ForkedTask();  // kills what still runs, with its group

  // Takes in what is there, without waiting. True once it has ended, by itself or because its time was up.
  bool advance();
  // Once ended: its text, or why there is none ("killed by signal 9", "took longer than 600 s").
  const Expected<std::string>& result() const { return result_; }
  pid_t pid() const { return pid_; }

 private:
  ForkedTask() = default;
  void kill();

  pid_t pid_ = -1;
  int fd_ = -1;
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::seconds time_max_{0};
  std::string text_;
  Expected<std::string> result_;
};

}  // namespace straylane
