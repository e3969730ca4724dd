#include "domain/settings.h"

#include <fmt/format.h>

namespace straylane {
std::string to_string(const InvalidSetting& invalid) {
  const std::string bound =
      invalid.max_name.empty() ? fmt::format("{}", invalid.max) : fmt::format("{} = {}", invalid.max_name, invalid.max);
  return fmt::format("{} is {}, must be {}..{}", invalid.field, invalid.value, invalid.min, bound);
}

std::optional<InvalidSetting> first_invalid(const Settings& settings) {
  const InvalidSetting fields[] = {{"array_size", settings.array_size, 1, bounds::kArraySizeMax, ""},
                                   {"buffer_size", settings.buffer_size, 1, bounds::kBufferSizeMax, ""},
                                   {"n_threads", settings.n_threads, 0, settings.array_size, "array_size"},
                                   {"block_size", settings.block_size, 1, bounds::kBlockSizeMax, ""}};
  for (const InvalidSetting& field : fields) {
    if (field.value < field.min || field.value > field.max) return field;
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
