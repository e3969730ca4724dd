#include "os/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>

#include "os/interrupt.h"

namespace straylane {
namespace {

using std::chrono::milliseconds;

constexpr int kCannotStart = 127;  // as a shell has it
constexpr int kThrew = 126;
constexpr int kNotKnown = 255;
constexpr milliseconds kPause{10};  // between two checks, on a kernel without pidfd
constexpr int kInterruptCheckMs = 100;
constexpr int kTaskNice = 10;
constexpr int kCannotWrite = 125;
constexpr std::size_t kTextBytesMax = 1 << 20;  // of a ForkedTask

// Runs in the child, before its program or function.
void set_up(const ChildSetup& setup, int channel, pid_t parent) {
  setpgid(0, 0);
  if (setup.dies_with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(kCannotStart);  // the parent died before prctl
  }
  const int null = open("/dev/null", O_RDWR);
  const bool has_socket = setup.channel == ChildSetup::Channel::kSocket;
  const int output = !has_socket ? channel : setup.output < 0 ? null : setup.output;
  dup2(null, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (has_socket) dup2(channel, Child::kSocket);
  if (has_socket) fcntl(Child::kSocket, F_SETFD, 0);  // necessary if dup2 had nothing to do
  closefrom(has_socket ? Child::kSocket + 1 : STDERR_FILENO + 1);
  // Ignored and blocked signals survive exec. Without this a child could not be interrupted.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGINT, SIG_DFL);
  for (const int number : setup.ignored_signals) signal(number, SIG_IGN);
  if (setup.nice != 0) setpriority(PRIO_PROCESS, 0, setup.nice);
  const rlimit limit{setup.address_space_max, setup.address_space_max};
  if (setup.address_space_max != 0) setrlimit(RLIMIT_AS, &limit);
}

// Sends the text of a ForkedTask to its parent. Gives the exit status.
int send_whole(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(Child::kSocket, text.data(), text.size());
    if (n < 0 && errno != EINTR) return kCannotWrite;
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

}  // namespace

std::string ChildEnd::text() const {
  return signal != 0 ? fmt::format("killed by signal {} ({})", signal, strsignal(signal))
                     : fmt::format("exit status {}", exit_status);
}

Expected<Child> Child::exec(const ChildProgram& program, const ChildSetup& setup) {
  std::string path = program.arguments.front();
  std::error_code error;
  if (path.find('/') != std::string::npos) path = std::filesystem::absolute(path, error).string();
  std::vector<char*> arguments = {path.data()};
  for (std::size_t i = 1; i < program.arguments.size(); ++i) {
    arguments.push_back(const_cast<char*>(program.arguments[i].c_str()));
  }
  arguments.push_back(nullptr);
  return start(
      [&] {
        for (const auto& [name, value] : program.environment) setenv(name.c_str(), value.c_str(), 1);
        if (program.folder.empty() || chdir(program.folder.c_str()) == 0) execvp(path.c_str(), arguments.data());
        dprintf(STDERR_FILENO, "%s: %s\n", path.c_str(), std::strerror(errno));
        return kCannotStart;
      },
      setup);
}

Expected<Child> Child::call(const std::function<int()>& run, const ChildSetup& setup) {
  return start(
      [&run] {
        try {
          return run();
        } catch (const std::exception&) {  // a bug of ours, which the parent reports
          return kThrew;
        }
      },
      setup);
}

Expected<Child> Child::start(const std::function<int()>& run, const ChildSetup& setup) {
  std::array<int, 2> ends{};
  const bool has_socket = setup.channel == ChildSetup::Channel::kSocket;
  if ((has_socket ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) : pipe2(ends.data(), O_CLOEXEC)) !=
      0) {
    return make_error(ErrorCode::kInternal, fmt::format("channel to a child: {}", std::strerror(errno)));
  }
  Child child;
  child.channel_ = OwnedFd(ends[0]);
  const OwnedFd its_end(ends[1]);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return make_error(ErrorCode::kInternal, fmt::format("fork: {}", std::strerror(errno)));
  if (pid == 0) {
    set_up(setup, its_end.get(), parent);
    _exit(run());
  }
  setpgid(pid, pid);  // both processes do this, so that the group exists whichever of them runs first
  child.pid_ = pid;
  child.pidfd_ = OwnedFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  return child;
}

Child::Child(Child&& other) noexcept { *this = std::move(other); }

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  std::swap(channel_, other.channel_);
  std::swap(end_, other.end_);
  return *this;
}

void Child::read_available(std::size_t bytes_max, const std::function<void(std::string_view)>& take) {
  std::array<char, 16 << 10> block;
  for (std::size_t done = 0; done < bytes_max;) {
    pollfd waiting{channel(), POLLIN, 0};
    if (poll(&waiting, 1, 0) <= 0) return;
    const ssize_t n = read(channel(), block.data(), block.size());
    if (n <= 0) return channel_.reset();
    take({block.data(), static_cast<std::size_t>(n)});
    done += static_cast<std::size_t>(n);
  }
}

bool Child::ended() {
  if (pid_ == 0) return true;
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) return false;
  kill();  // while it is a zombie, no other group can have its number
  return true;
}

bool Child::wait(milliseconds at_most) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + at_most;
  while (!ended()) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{pidfd_.get(), POLLIN, 0};
    poll(&waiting, 1, static_cast<int>((pidfd_.get() < 0 ? std::min(left, kPause) : left).count()));
  }
  return true;
}

void Child::signal(int number) {
  if (pid_ > 0) ::kill(-pid_, number);
}

void Child::kill() {
  if (pid_ == 0) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // if it has gone to another group
  // The status stays unknown if the system reaps our children because we were started with SIGCHLD ignored.
  int status = W_EXITCODE(kNotKnown, 0);
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  end_ = WIFSIGNALED(status) ? ChildEnd{.signal = WTERMSIG(status)} : ChildEnd{.exit_status = WEXITSTATUS(status)};
  pid_ = 0;
  pidfd_.reset();
}

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

Expected<ForkedTask> ForkedTask::start(const std::function<std::string()>& run, std::chrono::seconds time_max) {
  const auto run_and_send = [&run] {
    interrupt_signal = 0;
    return send_whole(run());
  };
  return Child::call(run_and_send, {.channel = ChildSetup::Channel::kSocket, .nice = kTaskNice}).map([&](Child child) {
    return ForkedTask(std::move(child), time_max);
  });
}

bool ForkedTask::advance() {
  if (child_.pid() == 0) return true;
  const bool ended = child_.ended();
  child_.read_available(kTextBytesMax, [this](std::string_view text) {
    if (text_.size() < kTextBytesMax) text_ += text;
  });
  if (!ended) {
    if (std::chrono::steady_clock::now() < deadline_) return false;
    child_.kill();
    result_ = make_error(ErrorCode::kInternal, fmt::format("took longer than {} s", time_max_.count()));
  } else if (child_.end().shell_status() == 0) {
    result_ = std::move(text_);
  } else {
    result_ = make_error(ErrorCode::kInternal, child_.end().text());
  }
  return true;
}

}  // namespace straylane
