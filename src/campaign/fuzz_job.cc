#include "campaign/fuzz_job.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace straylane {
namespace {

[[noreturn]] void run_child(const std::vector<std::string>& command, const FuzzJob::Environment& environment, int log,
                            pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // the parent died before the line above
  // Ignored and blocked signals would survive the exec, and with them a job that cannot be interrupted.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGINT, SIG_DFL);
  const int null = open("/dev/null", O_RDWR);
  dup2(null, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);  // where AFL++ says why it ends
  dup2(log, STDERR_FILENO);
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  dprintf(STDERR_FILENO, "straylane: error: %s: %s\n", arguments[0], std::strerror(errno));
  _exit(127);
}

}  // namespace

Expected<FuzzJob> FuzzJob::start(const std::vector<std::string>& command, const Environment& environment) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    return make_error(ErrorCode::kInternal, fmt::format("pipe: {}", std::strerror(errno)));
  }
  FuzzJob job;
  job.fd_ = ends[0];
  const pid_t parent = getpid();
  job.pid_ = fork();
  if (job.pid_ == 0) {
    fcntl(ends[1], F_SETFL, 0);  // the child's own writes wait
    run_child(command, environment, ends[1], parent);
  }
  const int error = errno;
  close(ends[1]);
  if (job.pid_ < 0) return make_error(ErrorCode::kInternal, fmt::format("fork: {}", std::strerror(error)));
  setpgid(job.pid_, job.pid_);  // in both processes: whoever comes first, interrupt() finds the group
  return job;
}

FuzzJob::FuzzJob(FuzzJob&& other) noexcept { *this = std::move(other); }

FuzzJob& FuzzJob::operator=(FuzzJob&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(fd_, other.fd_);
  std::swap(status_, other.status_);
  std::swap(log_, other.log_);
  return *this;
}

FuzzJob::~FuzzJob() {
  kill();
  if (fd_ >= 0) close(fd_);
}

void FuzzJob::read_output() {
  std::array<char, 16 * 1024> text{};
  while (fd_ >= 0) {
    const ssize_t n = read(fd_, text.data(), text.size());
    if (n > 0) {
      log_.add({text.data(), static_cast<std::size_t>(n)});
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    close(fd_);
    fd_ = -1;
  }
}

void FuzzJob::advance() {
  // The order matters: what it wrote before it ended is in the pipe by the time its end is seen.
  const bool ends = pid_ > 0 && waitpid(pid_, &status_, WNOHANG) == pid_;
  read_output();
  if (ends) pid_ = -1;
}

void FuzzJob::interrupt() {
  if (pid_ > 0) ::kill(-pid_, SIGINT);
}

void FuzzJob::kill() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

}  // namespace straylane
