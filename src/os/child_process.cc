#include "os/child_process.h"

#include <poll.h>

#include <array>
#include <chrono>
#include <string_view>

#include "os/child.h"
#include "os/interrupt.h"

namespace straylane {
namespace {

constexpr int kInterruptCheckMs = 100;
constexpr int kCannotStart = 127;

}  // namespace

ChildResult run_child(const std::vector<std::string>& command, const std::string& folder, double timeout_s) {
  using Clock = std::chrono::steady_clock;
  auto child = Child::exec({.arguments = command, .folder = folder}, {});
  if (!child) return {kCannotStart, false, child.error().message};
  ChildResult result;
  const auto take = [&result](std::string_view text) {
    result.output += text;
    if (result.output.size() > ChildResult::kOutputMax) {
      result.output.erase(0, result.output.size() - ChildResult::kOutputMax);
    }
  };
  const auto deadline = Clock::now() + std::chrono::duration<double>(timeout_s);
  while (!child->ended()) {
    result.timed_out = interrupt_signal != 0 || Clock::now() > deadline;
    if (result.timed_out) child->kill();
    std::array<pollfd, 2> waiting{{{child->pidfd(), POLLIN, 0}, {child->channel(), POLLIN, 0}}};
    poll(waiting.data(), waiting.size(), result.timed_out ? 0 : kInterruptCheckMs);
    child->read_available(ChildResult::kOutputMax, take);
  }
  child->read_available(ChildResult::kOutputMax, take);  // a process outside its group may still hold the pipe
  result.status = child->end().shell_status();
  return result;
}

}  // namespace straylane
