#include "domain/settings.h"

#include <fmt/format.h>

namespace straylane {
namespace {

Expected<void> check_field(const char* field, std::int64_t value, std::int64_t min, std::int64_t max,
                           const char* max_name = nullptr) {
  if (value >= min && value <= max) return {};
  const std::string bound = max_name != nullptr ? fmt::format("{} = {}", max_name, max) : fmt::format("{}", max);
  return make_error(ErrorCode::kOutOfRange, fmt::format("{} is {}, must be {}..{}", field, value, min, bound));
}

}  // namespace

Expected<void> validate(const Settings& settings) {
  return check_field("array_size", settings.array_size, 1, bounds::kArraySizeMax)
      .and_then([&] { return check_field("buffer_size", settings.buffer_size, 1, bounds::kBufferSizeMax); })
      .and_then([&] { return check_field("n_threads", settings.n_threads, 0, settings.array_size, "array_size"); })
      .and_then([&] { return check_field("block_size", settings.block_size, 1, bounds::kBlockSizeMax); });
}

Expected<void> validate(const std::vector<Settings>& launches) {
  if (launches.empty() || launches.size() > bounds::kLaunchesMax) {
    return make_error(ErrorCode::kOutOfRange,
                      fmt::format("launches has {} entries, must have 1..{}", launches.size(), bounds::kLaunchesMax));
  }
  for (std::size_t i = 0; i < launches.size(); ++i) {
    if (auto ok = validate(launches[i]); !ok) {
      return make_error(ok.error().code, fmt::format("launches[{}].{}", i, ok.error().message));
    }
  }
  return {};
}

}  // namespace straylane
