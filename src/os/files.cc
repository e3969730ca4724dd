#include "os/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadBytes = 64 << 10;
constexpr std::size_t kPageBytes = 4096;
constexpr int kTemporaryNamesMax = 100;

tl::unexpected<Error> storage_error(const fs::path& path, int error) {
  return make_error(ErrorCode::kStorage, fmt::format("{}: {}", path.string(), std::strerror(error)));
}

Expected<void> sync_folder(const fs::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return storage_error(folder, errno);
  fsync(fd);
  close(fd);
  return {};
}

mode_t mode_of(const fs::path& path) {
  const bool script = path.extension() == ".sh" || path.filename() == "repro.py";
  return script ? 0755 : 0644;
}

// Writes to an open file. The error, or 0.
int write_all(int fd, const std::string& content) {
  int error = 0;
  for (std::size_t done = 0; done < content.size() && error == 0;) {
    const ssize_t n = write(fd, content.data() + done, content.size() - done);
    if (n < 0 && errno != EINTR) error = errno;
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  return error;
}

int write_and_sync(int fd, const std::string& content) {
  const int error = write_all(fd, content);
  return error == 0 && fsync(fd) != 0 ? errno : error;
}

// A new file at `path`: what is there is left as it is. The error, or 0.
int write_exclusively(const fs::path& path, const std::string& content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_of(path));
  if (fd < 0) return errno;
  int error = write_and_sync(fd, content);
  if (close(fd) != 0 && error == 0) error = errno;
  if (error != 0) unlink(path.c_str());
  return error;
}

// The same, under a name for the time of writing. A file that has such a name already may be a user's, so that another
// is taken. `make` gives the error, or 0.
template <class Make>
Expected<fs::path> make_temporary(const fs::path& path, const Make& make) {
  int error = EEXIST;
  fs::path temporary;
  for (int i = 0; error == EEXIST && i < kTemporaryNamesMax; ++i) {
    const std::string number = i == 0 ? "" : fmt::format(".{}", i);
    temporary = path.parent_path() / fmt::format(".{}{}.{}.tmp", path.filename().string(), number, getpid());
    error = make(temporary);
  }
  if (error != 0) return storage_error(path, error);
  return temporary;
}

Expected<fs::path> write_temporary(const fs::path& path, const std::string& content) {
  return make_temporary(path, [&](const fs::path& temporary) { return write_exclusively(temporary, content); });
}

fs::path folder_of(const fs::path& path) { return path.parent_path().empty() ? fs::path(".") : path.parent_path(); }

// A file that has no name until it is complete; a process that is killed leaves nothing. EOPNOTSUPP or EISDIR where the
// file system has no such files.
int write_nameless(const fs::path& path, const std::string& content) {
  const int fd = open(folder_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode_of(path));
  if (fd < 0) return errno;
  int error = write_and_sync(fd, content);
  const std::string source = fmt::format("/proc/self/fd/{}", fd);
  if (error == 0 && linkat(AT_FDCWD, source.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) != 0) error = errno;
  close(fd);
  return error;
}

// One that has ended and that nobody has waited for is not.
bool is_alive(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string stat;
  if (!std::getline(file, stat)) return kill(pid, 0) == 0 || errno != ESRCH;
  const std::size_t name_end = stat.rfind(')');
  return name_end == std::string::npos || name_end + 2 >= stat.size() || stat[name_end + 2] != 'Z';
}

Expected<void> make_folders(const fs::path& folder) {
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) return storage_error(folder, error.value());
  return {};
}

}  // namespace

// Never waits: opening a fifo would, for somebody who writes to it, and a device has no end.
Expected<std::string> read_file(const fs::path& path, std::size_t bytes_max) {
  const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return storage_error(path, errno);
  std::string content;
  struct stat state {};
  int error = fstat(fd, &state) != 0 ? errno : S_ISDIR(state.st_mode) ? EISDIR : 0;
  const bool regular = error != 0 || S_ISREG(state.st_mode);
  for (ssize_t n = 1; error == 0 && regular && n != 0 && content.size() <= bytes_max;) {
    const std::size_t before = content.size();
    const std::size_t wanted = std::min(kReadBytes, bytes_max + 1 - before);
    content.resize(before + wanted);
    n = read(fd, content.data() + before, wanted);
    content.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n < 0 && errno != EINTR) error = errno;
  }
  close(fd);
  if (error != 0) return storage_error(path, error);
  if (!regular) return make_error(ErrorCode::kMalformed, fmt::format("{}: is no regular file", path.string()));
  if (content.size() > bytes_max) {
    return make_error(ErrorCode::kMalformed,
                      fmt::format("{}: larger than {} bytes, which no case is", path.string(), bytes_max));
  }
  return content;
}

Expected<void> check_writable(const fs::path& folder) {
  const int fd = open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0 && errno != EOPNOTSUPP && errno != EISDIR) return storage_error(folder, errno);
  if (fd < 0) {  // no such files on this file system
    struct statvfs state {};
    if (access(folder.c_str(), W_OK) != 0 || statvfs(folder.c_str(), &state) != 0) return storage_error(folder, errno);
    if (state.f_bavail == 0) return storage_error(folder, ENOSPC);
    return {};
  }
  const int error = write_all(fd, std::string(kPageBytes, '\0'));
  close(fd);
  if (error != 0) return storage_error(folder, error);
  return {};
}

Expected<void> check_can_be_made(const fs::path& folder) {
  std::error_code error;
  fs::path there = fs::absolute(folder, error);
  while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  if (!fs::is_directory(there, error)) return storage_error(there, ENOTDIR);
  return check_writable(there);
}

Expected<void> write_new_file(const fs::path& path, const std::string& content) {
  if (auto made = make_folders(path.parent_path()); !made) return made;
  const int error = write_nameless(path, content);
  if (error == 0) return sync_folder(folder_of(path));
  if (error != EOPNOTSUPP && error != EISDIR) return storage_error(path, error);
  const auto temporary = write_temporary(path, content);
  if (!temporary) return tl::unexpected(temporary.error());
  // link, not rename: it does not replace a file that is there
  const int linked = link(temporary->c_str(), path.c_str()) != 0 ? errno : 0;
  unlink(temporary->c_str());
  if (linked != 0) return storage_error(path, linked);
  return sync_folder(folder_of(path));
}

Expected<void> replace_file(const fs::path& path, const std::string& content) {
  const auto temporary = write_temporary(path, content);
  if (!temporary) return tl::unexpected(temporary.error());
  if (rename(temporary->c_str(), path.c_str()) == 0) return {};
  const int error = errno;
  unlink(temporary->c_str());
  return storage_error(path, error);
}

bool is_left_over(const std::string& name) {
  constexpr std::string_view kEnd = ".tmp";
  if (!name.starts_with(".") || !name.ends_with(kEnd)) return false;
  const std::string stem = name.substr(0, name.size() - kEnd.size());
  const std::size_t dot = stem.rfind('.');
  const int pid = std::atoi(stem.c_str() + dot + 1);
  return dot != 0 && pid > 0 && !is_alive(pid);
}

Expected<bool> write_new_folder(const fs::path& folder, const std::map<std::string, std::string>& files) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(folder, error))) return false;
  if (auto made = make_folders(folder.parent_path()); !made) return tl::unexpected(made.error());
  const auto temporary =
      make_temporary(folder, [](const fs::path& path) { return mkdir(path.c_str(), 0777) != 0 ? errno : 0; });
  if (!temporary) return tl::unexpected(temporary.error());
  const auto fail = [&](const Error& why) -> Expected<bool> {
    fs::remove_all(*temporary, error);
    return tl::unexpected(why);
  };
  for (const auto& [name, content] : files) {
    const fs::path path = *temporary / name;
    if (auto made = make_folders(path.parent_path()); !made) return fail(made.error());
    if (const int why = write_exclusively(path, content); why != 0) return fail(storage_error(path, why).value());
    if (auto synced = sync_folder(path.parent_path()); !synced) return fail(synced.error());
  }
  if (rename(temporary->c_str(), folder.c_str()) != 0) {
    const int why = errno;
    fs::remove_all(*temporary, error);
    if (why == EEXIST || why == ENOTEMPTY) return false;
    return storage_error(folder, why);
  }
  if (auto synced = sync_folder(folder_of(folder)); !synced) return tl::unexpected(synced.error());
  return true;
}

Expected<void> write_into_empty_folder(const fs::path& folder, const std::map<std::string, std::string>& files) {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    const auto written = write_new_folder(folder, files);
    if (!written) return tl::unexpected(written.error());
    if (*written) return {};
  }
  if (!fs::is_directory(folder, error)) return storage_error(folder, ENOTDIR);
  if (!fs::is_empty(folder, error) || error) return storage_error(folder, error ? error.value() : ENOTEMPTY);
  for (const auto& [name, content] : files) {
    if (auto written = write_new_file(folder / name, content); !written) return written;
  }
  return {};
}

}  // namespace straylane
