#pragma once

#include <optional>
#include <string>
#include <vector>

namespace straylane {

// What a program that was run to its end left behind.
struct ChildResult {
  int status = 0;  // exit status; 128 + signal where a signal ended it
  bool timed_out = false;
  std::string output;  // stdout and stderr together, at most the last kOutputMax bytes

  static constexpr std::size_t kOutputMax = 1 << 20;
};

// Runs `command` (looked up on PATH; a path is one from where we stand, not from `folder`) in a process group of its
// own, dying with us, and waits at most `timeout_s`; an interrupt of ours ends it too. `folder` becomes its working
// directory where it is not empty.
ChildResult run_child(const std::vector<std::string>& command, const std::string& folder, double timeout_s);

}  // namespace straylane
