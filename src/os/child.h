#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/error.h"
#include "os/owned_fd.h"

namespace straylane {

// How a process ended.
struct ChildEnd {
  int exit_status = 0;  // 0 if a signal killed it
  int signal = 0;       // the signal that killed it, or 0

  int shell_status() const { return signal != 0 ? 128 + signal : exit_status; }
  std::string text() const;  // "killed by signal 9 (Killed)", "exit status 1"
};

// What a child process has and may do, whatever it runs. Its standard input is /dev/null. It has no descriptors but the
// standard ones and, with kSocket, its end of the channel. Its signal mask is empty, and SIGINT has its default action.
struct ChildSetup {
  enum class Channel {
    kOutput,  // a pipe: what it writes on standard output and error comes to us
    kSocket,  // a stream socket, which is descriptor Child::kSocket in the child
  } channel = Channel::kOutput;
  int output = -1;                        // with kSocket: where its standard output and error go; -1 for /dev/null
  bool dies_with_parent = true;           // SIGKILL when the thread that started it ends
  std::vector<int> ignored_signals = {};  // a program ignores them, too, until it says otherwise
  int nice = 0;                           // the scheduling priority; 0 for ours
  std::uint64_t address_space_max = 0;    // bytes; 0 for no limit
};

// A program to run.
struct ChildProgram {
  // The first is the program: a path, relative to our working directory, or a name that is looked up on our PATH.
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment = {};  // on top of ours
  std::string folder = {};                                            // its working directory; empty for ours
};

// Owns one child process, which leads a process group of its own, and our end of the channel to it.
//
// - Reaped once: `ended`, `wait`, `kill` or the destructor reaps it, whichever comes first. `end` then tells how it
//   ended.
// - The group ends with it: processes that it left in its group are killed before it is reaped, while its number cannot
//   belong to another process.
// - No zombie, no orphan: the destructor kills what still runs.
// - An object that was default-constructed or moved from owns no process; it has ended with exit status 0.
class Child {
 public:
  static constexpr int kSocket = 3;

  // Starts a program. If it cannot be run, the child writes "PROGRAM: REASON" to its standard error and ends with exit
  // status 127. A signal that is sent before the program begins may be lost.
  // Errors: kInternal if there are no more processes or descriptors.
  static Expected<Child> exec(const ChildProgram& program, const ChildSetup& setup);
  // Calls `run` in a fork of this process, which must have one thread only. The result is the exit status; 126 if `run`
  // throws.
  // Errors: kInternal if there are no more processes or descriptors.
  static Expected<Child> call(const std::function<int()>& run, const ChildSetup& setup);

  Child() = default;
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child() { kill(); }

  pid_t pid() const { return pid_; }  // 0 once reaped
  // Readable once the process has ended, for poll(). -1 once reaped, and on a kernel before 5.3: ask `ended` then.
  int pidfd() const { return pidfd_.get(); }
  // Our end of the channel. -1 once `read_available` has read it to its end.
  int channel() const { return channel_.get(); }
  // Reads what is in the channel now, at most about `bytes_max` bytes, and calls `take` with each block. Never waits.
  void read_available(std::size_t bytes_max, const std::function<void(std::string_view)>& take);

  bool ended();                                  // asks without waiting
  bool wait(std::chrono::milliseconds at_most);  // true as soon as it has ended, false when the time is up
  void signal(int number);                       // sends a signal to the group
  void kill();                                   // kills the group and waits for the process

  const ChildEnd& end() const { return end_; }  // meaningful once reaped

 private:
  static Expected<Child> start(const std::function<int()>& run, const ChildSetup& setup);

  pid_t pid_ = 0;
  OwnedFd pidfd_;
  OwnedFd channel_;
  ChildEnd end_;
};

// What a program that has run leaves.
struct ChildResult {
  int status = 0;  // exit status, or 128 + the signal that ended it; 127 if it could not be started
  bool timed_out = false;
  std::string output;  // standard output and error together, at most the last kOutputMax bytes

  static constexpr std::size_t kOutputMax = 1 << 20;
};

// Runs `command` as a child with `folder` as its working directory (empty for ours) and waits until the child itself
// has ended. Processes that it started and left do not delay the result, whatever they hold open. Kills the child after
// `timeout_s`, or when we are interrupted (os/interrupt.h); `timed_out` is then true.
ChildResult run_child(const std::vector<std::string>& command, const std::string& folder, double timeout_s);

// One function call in a forked child.
//
// - Precondition: this process has one thread only.
// - The child keeps none of our files open, so locks and databases stay ours alone.
// - It writes nothing on standard output and error, and runs at nice 10.
// - The destructor kills it.
class ForkedTask {
 public:
  // Starts the child. `run` gives the text that the parent receives.
  // Errors: kInternal if there are no more processes.
  static Expected<ForkedTask> start(const std::function<std::string()>& run, std::chrono::seconds time_max);

  // Reads what has arrived, without waiting. True once the child has ended, by itself or because its time was up.
  bool advance();
  // Once ended: the text, or why there is none ("killed by signal 9 (Killed)", "took longer than 600 s").
  const Expected<std::string>& result() const { return result_; }

 private:
  ForkedTask(Child child, std::chrono::seconds time_max) : child_(std::move(child)), time_max_(time_max) {}

  Child child_;
  std::chrono::seconds time_max_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::now() + time_max_;
  std::string text_;
  Expected<std::string> result_;
};

}  // namespace straylane
