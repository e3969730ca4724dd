#include "os/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

Expected<void> write_and_sync(const fs::path& path, const std::string& content) {
  const bool script = path.extension() == ".sh" || path.filename() == "repro.py";
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, script ? 0755 : 0644);
  if (fd < 0) return storage_error(path, errno);
  int error = 0;
  for (std::size_t done = 0; done < content.size() && error == 0;) {
    const ssize_t n = write(fd, content.data() + done, content.size() - done);
    if (n < 0 && errno != EINTR) error = errno;
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  if (error == 0 && fsync(fd) != 0) error = errno;
  if (close(fd) != 0 && error == 0) error = errno;
  if (error == 0) return {};
  unlink(path.c_str());
  return storage_error(path, error);
}

// A name beside `path` that no other process uses.
fs::path temporary_name(const fs::path& path) {
  return path.parent_path() / fmt::format(".{}.{}.tmp", path.filename().string(), getpid());
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

Expected<std::string> read_file(const fs::path& path, std::size_t bytes_max) {
  std::error_code error;
  if (fs::is_directory(path, error)) return storage_error(path, EISDIR);
  std::ifstream file(path, std::ios::binary);
  if (!file) return storage_error(path, errno);
  std::string content;
  for (std::size_t before = 0; file && before <= bytes_max; before = content.size()) {
    const std::size_t wanted = std::min(kReadBytes, bytes_max + 1 - before);
    content.resize(before + wanted);
    file.read(content.data() + before, static_cast<std::streamsize>(wanted));
    content.resize(before + static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return storage_error(path, EIO);
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
  const std::array<char, 4096> page{};
  const ssize_t n = write(fd, page.data(), page.size());
  const int error = n < 0 ? errno : ENOSPC;
  close(fd);
  if (n != static_cast<ssize_t>(page.size())) return storage_error(folder, error);
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
  const fs::path temporary = temporary_name(path);
  if (auto written = write_and_sync(temporary, content); !written) return written;
  // link, not rename: it does not replace a file that is there
  if (link(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(temporary.c_str());
    return storage_error(path, error);
  }
  unlink(temporary.c_str());
  return sync_folder(path.parent_path().empty() ? fs::path(".") : path.parent_path());
}

Expected<void> replace_file(const fs::path& path, const std::string& content) {
  const fs::path temporary = temporary_name(path);
  unlink(temporary.c_str());
  if (auto written = write_and_sync(temporary, content); !written) return written;
  if (rename(temporary.c_str(), path.c_str()) == 0) return {};
  const int error = errno;
  unlink(temporary.c_str());
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
  if (fs::exists(folder, error)) return false;
  if (auto made = make_folders(folder.parent_path()); !made) return tl::unexpected(made.error());
  const fs::path temporary = temporary_name(folder);
  fs::remove_all(temporary, error);
  const auto fail = [&](const Error& why) -> Expected<bool> {
    fs::remove_all(temporary, error);
    return tl::unexpected(why);
  };
  for (const auto& [name, content] : files) {
    const fs::path path = temporary / name;
    if (auto made = make_folders(path.parent_path()); !made) return fail(made.error());
    if (auto written = write_and_sync(path, content); !written) return fail(written.error());
    if (auto synced = sync_folder(path.parent_path()); !synced) return fail(synced.error());
  }
  if (rename(temporary.c_str(), folder.c_str()) != 0) {
    const int why = errno;
    fs::remove_all(temporary, error);
    if (why == EEXIST || why == ENOTEMPTY) return false;
    return storage_error(folder, why);
  }
  if (auto synced = sync_folder(folder.parent_path().empty() ? fs::path(".") : folder.parent_path()); !synced) {
    return tl::unexpected(synced.error());
  }
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
