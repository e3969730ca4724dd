#include "campaign/left_over_cleaner.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "os/files.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// The processes of a campaign are killed a moment after its files are closed, and may still write.
constexpr int kRounds = 6;
constexpr useconds_t kRoundUs = 50'000;
constexpr int kDepth = 1;

void remove_in(const fs::path& folder, int depth) {
  std::vector<fs::path> found;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
    std::error_code gone;
    if (is_left_over(it->path().filename().string())) {
      found.push_back(it->path());
    } else if (depth > 0 && it->is_directory(gone)) {
      remove_in(it->path(), depth - 1);
    }
  }
  for (const fs::path& path : found) fs::remove_all(path, error);
}

[[noreturn]] void run_child(const LeftOvers& left_overs, int fd) {
  setpgid(0, 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_IGN);
  dup2(fd, STDERR_FILENO + 1);
  close_range(STDERR_FILENO + 2, ~0U, 0);
  const int null = open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, standard);
  char byte = 0;
  while (read(STDERR_FILENO + 1, &byte, 1) < 0 && errno == EINTR) {
  }
  for (int i = 0; i < kRounds; ++i) {
    left_overs.remove();
    usleep(kRoundUs);
  }
  _exit(0);
}

}  // namespace

void LeftOvers::remove() const {
  std::error_code error;
  for (const fs::path& folder : whole_folders) fs::remove_all(folder, error);
  for (const fs::path& folder : among) remove_in(folder, kDepth);
}

Expected<LeftOverCleaner> LeftOverCleaner::start(LeftOvers left_overs) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return make_error(ErrorCode::kInternal, fmt::format("pipe: {}", std::strerror(errno)));
  }
  LeftOverCleaner cleaner;
  cleaner.fd_ = ends[1];
  cleaner.pid_ = fork();
  if (cleaner.pid_ == 0) run_child(left_overs, ends[0]);
  const int error = errno;
  close(ends[0]);
  if (cleaner.pid_ < 0) return make_error(ErrorCode::kInternal, fmt::format("fork: {}", std::strerror(error)));
  return cleaner;
}

LeftOverCleaner::LeftOverCleaner(LeftOverCleaner&& other) noexcept { *this = std::move(other); }

LeftOverCleaner& LeftOverCleaner::operator=(LeftOverCleaner&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(fd_, other.fd_);
  return *this;
}

LeftOverCleaner::~LeftOverCleaner() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (fd_ >= 0) close(fd_);
}

bool LeftOverCleaner::is_there() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

}  // namespace straylane
