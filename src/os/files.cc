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

#include "os/owned_fd.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadBytes = 64 << 10;
constexpr std::size_t kPageBytes = 4096;
constexpr int kTemporaryNamesMax = 100;

Expected<void> sync_folder(const fs::path& folder) {
  const OwnedFd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return storage_error(folder, errno);
  fsync(fd.get());
  return {};
}

mode_t mode_of(const fs::path& path) {
  const bool script = path.extension() == ".sh" || path.filename() == "repro.py";
  return script ? 0755 : 0644;
}

// The functions below that give an int give an errno, or 0.

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

// Writes a new file. Fails with EEXIST if the file exists.
int write_exclusively(const fs::path& path, const std::string& content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_of(path));
  if (fd < 0) return errno;
  int error = write_and_sync(fd, content);
  if (close(fd) != 0 && error == 0) error = errno;
  if (error != 0) unlink(path.c_str());
  return error;
}

// Calls `make`, which gives an errno or 0, with a temporary path beside `path`, until a name is free: a file that has
// such a name already may be a user's.
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

// Writes a temporary file and moves it to `path` with `move`, which is link() or rename().
Expected<void> write_and_move(const fs::path& path, const std::string& content, int (*move)(const char*, const char*)) {
  const auto temporary = make_temporary(path, [&](const fs::path& made) { return write_exclusively(made, content); });
  if (!temporary) return tl::unexpected(temporary.error());
  const int error = move(temporary->c_str(), path.c_str()) != 0 ? errno : 0;
  unlink(temporary->c_str());  // after a rename there is nothing left to remove
  if (error != 0) return storage_error(path, error);
  return {};
}

fs::path folder_of(const fs::path& path) { return path.parent_path().empty() ? fs::path(".") : path.parent_path(); }

// Writes a file that has no name until it is complete, so that a killed process leaves nothing. EOPNOTSUPP or EISDIR if
// the file system has no such files.
int write_nameless(const fs::path& path, const std::string& content) {
  const OwnedFd fd(open(folder_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode_of(path)));
  if (fd.get() < 0) return errno;
  const int error = write_and_sync(fd.get(), content);
  const std::string source = fmt::format("/proc/self/fd/{}", fd.get());
  if (error != 0 || linkat(AT_FDCWD, source.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) return error;
  return errno;
}

Expected<void> fill_folder(const fs::path& folder, const std::map<std::string, std::string>& files) {
  for (const auto& [name, content] : files) {
    const fs::path path = folder / name;
    if (auto made = make_folders(path.parent_path()); !made) return made;
    if (const int error = write_exclusively(path, content); error != 0) return storage_error(path, error);
    if (auto synced = sync_folder(path.parent_path()); !synced) return synced;
  }
  return {};
}

// Tells whether a process runs. A zombie does not.
bool is_alive(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string stat;
  if (!std::getline(file, stat)) return kill(pid, 0) == 0 || errno != ESRCH;
  const std::size_t name_end = stat.rfind(')');
  return name_end == std::string::npos || name_end + 2 >= stat.size() || stat[name_end + 2] != 'Z';
}

}  // namespace

tl::unexpected<Error> storage_error(const fs::path& path, int error) {
  return make_error(ErrorCode::kStorage, fmt::format("{}: {}", path.string(), std::strerror(error)));
}

Expected<void> make_folders(const fs::path& folder) {
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) return storage_error(folder, error.value());
  return {};
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

Expected<void> check_folder(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return {};
  return storage_error(path, error ? error.value() : ENOTDIR);
}

// O_NONBLOCK because opening a fifo would wait for a writer. A device has no end.
Expected<std::string> read_file(const fs::path& path, std::size_t bytes_max) {
  const OwnedFd fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat state{};
  if (fd.get() < 0 || fstat(fd.get(), &state) != 0) return storage_error(path, errno);
  if (S_ISDIR(state.st_mode)) return storage_error(path, EISDIR);
  if (!S_ISREG(state.st_mode)) {
    return make_error(ErrorCode::kMalformed, fmt::format("{}: is not a regular file", path.string()));
  }
  std::string content;
  for (ssize_t n = 1; n != 0 && content.size() <= bytes_max;) {
    const std::size_t before = content.size();
    content.resize(before + std::min(kReadBytes, bytes_max + 1 - before));
    n = read(fd.get(), content.data() + before, content.size() - before);
    if (n < 0 && errno != EINTR) return storage_error(path, errno);
    content.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  }
  if (content.size() > bytes_max) {
    return make_error(ErrorCode::kMalformed,
                      fmt::format("{}: larger than {} bytes, so it is not a case", path.string(), bytes_max));
  }
  return content;
}

Expected<void> check_writable(const fs::path& folder) {
  const OwnedFd fd(open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  int error = fd.get() < 0 ? errno : write_all(fd.get(), std::string(kPageBytes, '\0'));
  if (fd.get() < 0 && (error == EOPNOTSUPP || error == EISDIR)) {  // no files without a name on this file system
    struct statvfs state{};
    const bool known = access(folder.c_str(), W_OK) == 0 && statvfs(folder.c_str(), &state) == 0;
    error = !known ? errno : state.f_bavail == 0 ? ENOSPC : 0;
  }
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
  if (error == EOPNOTSUPP || error == EISDIR) {
    // link(), because rename() would replace an existing file
    if (auto written = write_and_move(path, content, link); !written) return written;
  } else if (error != 0) {
    return storage_error(path, error);
  }
  return sync_folder(folder_of(path));
}

Expected<void> replace_file(const fs::path& path, const std::string& content) {
  return write_and_move(path, content, rename);
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
  const auto filled = fill_folder(*temporary, files);
  const int renamed = filled && rename(temporary->c_str(), folder.c_str()) != 0 ? errno : 0;
  if (filled && renamed == 0) return sync_folder(folder_of(folder)).map([] { return true; });
  fs::remove_all(*temporary, error);
  if (!filled) return tl::unexpected(filled.error());
  if (renamed == EEXIST || renamed == ENOTEMPTY) return false;
  return storage_error(folder, renamed);
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
