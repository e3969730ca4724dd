#include "os/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "os/interrupt.h"

namespace straylane {
namespace {

// A path to a program means the same before and after the change of folder; a bare name is looked for in PATH.
std::string from_any_folder(const std::string& program) {
  std::error_code error;
  return program.find('/') == std::string::npos ? program : std::filesystem::absolute(program, error).string();
}

[[noreturn]] void exec_child(const std::string& program, const std::vector<std::string>& command,
                             const std::string& folder, int out, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (!folder.empty() && chdir(folder.c_str()) != 0) _exit(127);
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  arguments[0] = const_cast<char*>(program.c_str());
  execvp(arguments[0], arguments.data());
  dprintf(STDERR_FILENO, "%s: %s\n", arguments[0], std::strerror(errno));
  _exit(127);
}

// Appends what there is to read; false at the end of the stream.
bool drain(int fd, std::string& output) {
  std::array<char, 65536> buffer;
  const ssize_t n = read(fd, buffer.data(), buffer.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  output.append(buffer.data(), static_cast<std::size_t>(n));
  if (output.size() > ChildResult::kOutputMax) output.erase(0, output.size() - ChildResult::kOutputMax);
  return n > 0;
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& command, const std::string& folder, double timeout_s) {
  using Clock = std::chrono::steady_clock;
  ChildResult result;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {127, false, std::strerror(errno)};
  const std::string program = from_any_folder(command.front());
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return {127, false, std::strerror(errno)};
  if (pid == 0) exec_child(program, command, folder, ends[1], parent);
  close(ends[1]);
  const auto deadline = Clock::now() + std::chrono::duration<double>(timeout_s);
  bool open = true;
  while (open) {
    if (interrupt_signal != 0 || Clock::now() > deadline) {
      result.timed_out = true;
      break;
    }
    pollfd waiting{ends[0], POLLIN, 0};
    if (poll(&waiting, 1, 100) > 0) open = drain(ends[0], result.output);
  }
  if (result.timed_out) kill(-pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  kill(-pid, SIGKILL);  // whatever it left in its group
  close(ends[0]);
  result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

}  // namespace straylane
