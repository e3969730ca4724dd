#pragma once

#include <optional>
#include <string>
#include <vector>

namespace straylane {

// What is left of a program that has run.
struct ChildResult {
  int status = 0;  // exit status, or 128 + the signal that ended it; 127 if it could not be started
  bool timed_out = false;
  std::string output;  // stdout and stderr together, at most the last kOutputMax bytes

  static constexpr std::size_t kOutputMax = 1 << 20;
};

// Runs `command` as a child (os/child.h) with `folder` as its working directory (empty: ours) and waits until the child
// itself has ended: processes that it started and left do not delay the result, whatever they hold open. The child is
// killed after `timeout_s`, and when we are interrupted (os/interrupt.h); `timed_out` is then true.
ChildResult run_child(const std::vector<std::string>& command, const std::string& folder, double timeout_s);

}  // namespace straylane
