#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "domain/error.h"
#include "os/child.h"

namespace straylane {

// One function call in a child (os/child.h) that is a fork of this process, which must have one thread only. The child
// keeps none of our files open (locks and databases stay ours alone), writes nothing on stdout and stderr, and gives
// way to other processes (nice 10). The destructor kills it.
class ForkedTask {
 public:
  // `run` gives the text that the parent gets. kInternal where there are no more processes.
  static Expected<ForkedTask> start(const std::function<std::string()>& run, std::chrono::seconds time_max);

  // Takes in what is there, without waiting. True once it has ended, by itself or because its time was up.
  bool advance();
  // Once ended: its text, or why there is none ("killed by signal 9 (Killed)", "took longer than 600 s").
  const Expected<std::string>& result() const { return result_; }

 private:
  ForkedTask() = default;

  Child child_;
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::seconds time_max_{0};
  std::string text_;
  Expected<std::string> result_;
};

}  // namespace straylane
