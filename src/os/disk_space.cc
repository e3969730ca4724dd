#include "os/disk_space.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace straylane {
namespace {

constexpr std::uint64_t kMinFree = 64 << 20;
constexpr std::uint64_t kPart = 16;

}  // namespace

std::uint64_t default_min_free(const std::filesystem::path& folder) {
  struct statvfs state {};
  if (statvfs(folder.c_str(), &state) != 0) return kMinFree;
  return std::min<std::uint64_t>(kMinFree, state.f_blocks * state.f_frsize / kPart);
}

Expected<void> check_space(const std::filesystem::path& folder, std::uint64_t min_free) {
  struct statvfs state {};
  if (statvfs(folder.c_str(), &state) != 0) {
    return make_error(ErrorCode::kStorage, fmt::format("{}: {}", folder.string(), std::strerror(errno)));
  }
  const std::uint64_t free = state.f_bavail * state.f_frsize;
  if (free < min_free || free == 0) {
    return make_error(ErrorCode::kStorage, fmt::format("{}: {} KiB are free, must be at least {} (--min-free)",
                                                       folder.string(), free >> 10, min_free >> 10));
  }
  if (state.f_files > 0 && state.f_favail == 0) {
    return make_error(ErrorCode::kStorage, fmt::format("{}: no more files can be made there", folder.string()));
  }
  return {};
}

}  // namespace straylane
