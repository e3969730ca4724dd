#include "os/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "os/files.h"

namespace straylane {
namespace {

constexpr int kTries = 10;  // a process that calls `is_taken` holds the lock for a moment
constexpr std::chrono::milliseconds kRetryPause{50};

std::string holder(int fd) {
  std::array<char, 32> text{};
  const ssize_t n = pread(fd, text.data(), text.size() - 1, 0);
  const std::string pid(text.data(), n < 0 ? 0 : static_cast<std::size_t>(n));
  return pid.empty() ? "another process" : "process " + pid.substr(0, pid.find('\n'));
}

}  // namespace

Expected<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const auto path = folder / "lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return storage_error(path, errno);
  FolderLock lock{OwnedFd(fd)};
  for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; ++i) {
    if (errno != EWOULDBLOCK && errno != EINTR) return storage_error(path, errno);
    if (i == kTries) {
      return make_error(ErrorCode::kUsage,
                        fmt::format("{}: a campaign is running there, in {}", folder.string(), holder(fd)));
    }
    std::this_thread::sleep_for(kRetryPause);
  }
  // Only people read this text, so a disk that is too full for it is no error here.
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0) return lock;
  return lock;
}

bool FolderLock::is_taken(const std::filesystem::path& folder) {
  const OwnedFd fd(open((folder / "lock").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  return flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace straylane
