#include "os/forked_task.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include "os/interrupt.h"

namespace straylane {
namespace {

constexpr int kNice = 10;
constexpr std::size_t kTextBytesMax = 1 << 20;

void keep_only(int fd) {
  dup2(fd, STDERR_FILENO + 1);
  close_range(STDERR_FILENO + 2, ~0U, 0);
  const int null = open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, standard);
  if (null > STDERR_FILENO + 1) close(null);
}

[[noreturn]] void run_child(const std::function<std::string()>& run, int fd, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  keep_only(fd);
  fcntl(STDERR_FILENO + 1, F_SETFD, FD_CLOEXEC);
  setpriority(PRIO_PROCESS, 0, kNice);
  interrupt_signal = 0;
  std::string text;
  try {
    text = run();
  } catch (const std::exception& error) {  // a mistake of ours, and the parent's to say
    _exit(126);
  }
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(STDERR_FILENO + 1, text.data() + done, text.size() - done);
    if (n < 0 && errno != EINTR) _exit(125);
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  _exit(0);
}

}  // namespace

Expected<ForkedTask> ForkedTask::start(const std::function<std::string()>& run, std::chrono::seconds time_max) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return make_error(ErrorCode::kInternal, fmt::format("pipe: {}", std::strerror(errno)));
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  ForkedTask task;
  task.fd_ = ends[0];
  task.time_max_ = time_max;
  task.deadline_ = std::chrono::steady_clock::now() + time_max;
  const pid_t parent = getpid();
  task.pid_ = fork();
  if (task.pid_ == 0) run_child(run, ends[1], parent);
  const int error = errno;
  close(ends[1]);
  if (task.pid_ < 0) return make_error(ErrorCode::kInternal, fmt::format("fork: {}", std::strerror(error)));
  setpgid(task.pid_, task.pid_);
  return task;
}

ForkedTask::ForkedTask(ForkedTask&& other) noexcept { *this = std::move(other); }

ForkedTask& ForkedTask::operator=(ForkedTask&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(fd_, other.fd_);
  std::swap(deadline_, other.deadline_);
  std::swap(time_max_, other.time_max_);
  std::swap(text_, other.text_);
  std::swap(result_, other.result_);
  return *this;
}

ForkedTask::~ForkedTask() {
  kill();
  if (fd_ >= 0) close(fd_);
}

void ForkedTask::kill() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

bool ForkedTask::advance() {
  if (pid_ < 0) return true;
  int status = 0;
  const bool ended = waitpid(pid_, &status, WNOHANG) == pid_;
  std::array<char, 4096> block{};
  for (ssize_t n = read(fd_, block.data(), block.size()); n > 0; n = read(fd_, block.data(), block.size())) {
    if (text_.size() < kTextBytesMax) text_.append(block.data(), static_cast<std::size_t>(n));
  }
  if (ended) {
    ::kill(-pid_, SIGKILL);  // whatever it left in its group
    pid_ = -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      result_ = std::move(text_);
    } else {
      result_ = make_error(ErrorCode::kInternal, WIFSIGNALED(status)
                                                     ? fmt::format("killed by signal {}", WTERMSIG(status))
                                                     : fmt::format("exit status {}", WEXITSTATUS(status)));
    }
    return true;
  }
  if (std::chrono::steady_clock::now() < deadline_) return false;
  kill();
  result_ = make_error(ErrorCode::kInternal, fmt::format("took longer than {} s", time_max_.count()));
  return true;
}

}  // namespace straylane
