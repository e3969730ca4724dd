#include "fuzz/input_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "codec/bytes_codec.h"

namespace straylane {
namespace {

tl::unexpected<Error> storage(const std::string& path, int error) {
  return make_error(ErrorCode::kStorage, fmt::format("{}: {}", path, std::strerror(error)));
}

bool write_all(int fd, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return fsync(fd) == 0;
}

}  // namespace

Expected<std::string> write_input(const std::string& folder, const std::string& name,
                                  std::span<const std::uint8_t> bytes) {
  const std::string path = folder + "/" + name;
  // The file has no name until it is complete. If the file system has no such files, it has a temporary name.
  std::string temporary;
  int fd = open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    temporary = fmt::format("{}/.{}.{}", folder, name, getpid());
    fd = open(temporary.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  }
  if (fd < 0) return storage(folder, errno);
  const std::string source = temporary.empty() ? fmt::format("/proc/self/fd/{}", fd) : temporary;
  const bool ok = write_all(fd, bytes) &&
                  (linkat(AT_FDCWD, source.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST);
  const int error = errno;
  close(fd);
  if (!temporary.empty()) unlink(temporary.c_str());
  if (!ok) return storage(path, error);
  return path;
}

Expected<std::vector<std::uint8_t>> read_input(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return make_error(ErrorCode::kStorage, fmt::format("{}: {}", path, error.message()));
  if (size > byte_bounds::kInputFileMax) {
    return make_error(ErrorCode::kMalformed,
                      fmt::format("{}: {} bytes, must be at most {}", path, size, byte_bounds::kInputFileMax));
  }
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(file)), {});
  if (!file || bytes.size() != size) return make_error(ErrorCode::kStorage, path + ": cannot be read");
  return bytes;
}

Expected<std::vector<std::string>> input_files(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (auto it = std::filesystem::directory_iterator(path, error); !error && it != std::filesystem::end(it);
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored) && !it->path().filename().native().starts_with("."))
      files.push_back(it->path().string());
  }
  if (error) return make_error(ErrorCode::kStorage, fmt::format("{}: {}", path, error.message()));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace straylane
