#include "campaign/statistics_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace straylane {
namespace {

tl::unexpected<Error> storage(const std::string& path, int error) {
  return make_error(ErrorCode::kStorage, fmt::format("{}: {}", path, std::strerror(error)));
}

// The length up to the end of the last whole line.
off_t whole_lines(int fd) {
  std::array<char, 4096> block{};
  for (off_t end = lseek(fd, 0, SEEK_END); end > 0;) {
    const off_t start = std::max<off_t>(0, end - static_cast<off_t>(block.size()));
    const ssize_t n = pread(fd, block.data(), static_cast<std::size_t>(end - start), start);
    if (n <= 0) return end;  // it cannot be read: left as it is
    for (ssize_t i = n; i > 0; --i) {
      if (block[static_cast<std::size_t>(i - 1)] == '\n') return start + i;
    }
    end = start;
  }
  return 0;
}

}  // namespace

Expected<StatisticsFile> StatisticsFile::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return storage(path.string(), errno);
  StatisticsFile file(fd, path.string());
  if (ftruncate(fd, whole_lines(fd)) != 0) return storage(path.string(), errno);
  return file;
}

StatisticsFile::StatisticsFile(StatisticsFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

StatisticsFile& StatisticsFile::operator=(StatisticsFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

StatisticsFile::~StatisticsFile() {
  if (fd_ >= 0) close(fd_);
}

Expected<void> StatisticsFile::add(const std::string& line) {
  const off_t before = lseek(fd_, 0, SEEK_END);
  const ssize_t n = write(fd_, line.data(), line.size());
  if (n == static_cast<ssize_t>(line.size())) return {};
  const int error = n < 0 ? errno : ENOSPC;
  if (before >= 0 && ftruncate(fd_, before) != 0) return storage(path_, errno);
  return storage(path_, error);
}

}  // namespace straylane
