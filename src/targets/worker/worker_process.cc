#include "targets/worker/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace straylane {
namespace {

constexpr std::uint32_t kStartTimeoutMs = 120'000;
constexpr rlim_t kAddressSpaceBytes = rlim_t{16} << 30;

// Shadow memory of a build with sanitizers needs address space.
#ifdef STRAYLANE_SANITIZER_LIBRARIES
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

[[noreturn]] void run_child(const WorkerProcess::Command& command, int fd, int log, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // the parent died before the line above
  const rlimit limit{kAddressSpaceBytes, kAddressSpaceBytes};
  if (!kSanitized && command.address_space_limited) setrlimit(RLIMIT_AS, &limit);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  signal(SIGINT, SIG_IGN);
  for (const auto& [name, value] : command.environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<std::string> arguments = command.arguments;
  std::vector<char*> pointers;
  for (std::string& argument : arguments) {
    if (argument == WorkerProcess::kSocketArgument) argument = std::to_string(fd);
    pointers.push_back(argument.data());
  }
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  dprintf(STDERR_FILENO, "%s\n", std::strerror(errno));
  _exit(127);
}

}  // namespace

Expected<WorkerProcess> WorkerProcess::start(const Command& command) {
  std::array<int, 2> sockets{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
    return make_error(ErrorCode::kInternal, fmt::format("socketpair: {}", std::strerror(errno)));
  }
  WorkerProcess worker;
  worker.fd_ = sockets[0];
  worker.log_ = memfd_create("straylane-worker", MFD_CLOEXEC);
  const pid_t parent = getpid();
  worker.pid_ = fork();
  if (worker.pid_ < 0) return make_error(ErrorCode::kInternal, fmt::format("fork: {}", std::strerror(errno)));
  if (worker.pid_ == 0) {
    fcntl(sockets[1], F_SETFD, 0);
    run_child(command, sockets[1], worker.log_, parent);
  }
  close(sockets[1]);

  const auto frame = worker_protocol::read_frame(worker.fd_, kStartTimeoutMs);
  if (!frame) {
    if (frame.error().code == ErrorCode::kInterrupted) return tl::unexpected(frame.error());
    return make_error(ErrorCode::kUnsupported, fmt::format("{}: {}", command.arguments.front(), worker.end()));
  }
  auto hello = worker_protocol::decode_hello(*frame);
  if (!hello) return tl::unexpected(hello.error());
  if (hello->program_is_wrong) return make_error(ErrorCode::kMalformed, hello->error);
  if (!hello->error.empty()) {
    return make_error(ErrorCode::kUnsupported, fmt::format("{}: {}", command.arguments.front(), hello->error));
  }
  worker.hello_ = std::move(*hello);
  return worker;
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept { *this = std::move(other); }

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(fd_, other.fd_);
  std::swap(log_, other.log_);
  std::swap(status_, other.status_);
  std::swap(hello_, other.hello_);
  std::swap(sites_, other.sites_);
  return *this;
}

WorkerProcess::~WorkerProcess() {
  kill_and_reap();
  if (fd_ >= 0) close(fd_);
  if (log_ >= 0) close(log_);
}

void WorkerProcess::kill_and_reap() {
  if (pid_ <= 0) return;
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);  // where it has not made its group yet
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

std::string WorkerProcess::last_line() const {
  std::array<char, 4096> text{};
  const off_t size = lseek(log_, 0, SEEK_END);
  const off_t from = size > static_cast<off_t>(text.size()) ? size - static_cast<off_t>(text.size()) : 0;
  const ssize_t n = pread(log_, text.data(), text.size(), from);
  std::string log(text.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!log.empty() && (log.back() == '\n' || log.back() == ' ')) log.pop_back();
  return log.substr(log.find_last_of('\n') + 1);
}

std::string WorkerProcess::end() {
  // A process that closed its end is about to end by itself: let it, so that its own status is seen.
  for (int i = 0; i < 100 && pid_ > 0; ++i) {
    if (waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
    if (pid_ > 0) usleep(10'000);
  }
  kill_and_reap();
  const std::string line = last_line();
  const std::string how = WIFSIGNALED(status_)
                              ? fmt::format("killed by signal {} ({})", WTERMSIG(status_), strsignal(WTERMSIG(status_)))
                              : fmt::format("exit status {}", WEXITSTATUS(status_));
  return line.empty() ? how : fmt::format("{} ({})", line, how);
}

}  // namespace straylane
