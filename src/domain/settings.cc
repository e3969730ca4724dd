#include "domain/settings.h"

#include <fmt/format.h>

namespace straylane {

std::string to_string(const InvalidSetting& invalid) {
  const std::string bound =
      invalid.max_name.empty() ? fmt::format("{}", invalid.max) : fmt::format("{} = {}", invalid.max_name, invalid.max);
  return fmt::format("{} is {}, must be {}..{}", invalid.field, invalid.value, invalid.min, bound);
}

std::optional<InvalidSetting> first_invalid(const Settings& settings) {
  const auto& [array_size, buffer_size, n_threads, block_size] = settings;
  if (array_size < 1 || array_size > bounds::kArraySizeMax) {
    return InvalidSetting{"array_size", array_size, 1, bounds::kArraySizeMax, ""};
  }
  if (buffer_size < 1 || buffer_size > bounds::kBufferSizeMax) {
    return InvalidSetting{"buffer_size", buffer_size, 1, bounds::kBufferSizeMax, ""};
  }
  if (n_threads < 0 || n_threads > array_size) return InvalidSetting{"n_threads", n_threads, 0, array_size, "array_size"};
  if (block_size < 1 || block_size > bounds::kBlockSizeMax) {
    return InvalidSetting{"block_size", block_size, 1, bounds::kBlockSizeMax, ""};
  }
  return std::nullopt;
}

Expected<void> validate(const Settings& settings) {
  if (const auto invalid = first_invalid(settings)) return make_error(ErrorCode::kOutOfRange, to_string(*invalid));
  return {};
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
