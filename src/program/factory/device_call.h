#pragma once

#include <cstdint>
#include <string_view>

#include "program/factory/factory_settings.h"

namespace straylane {

// A macro that device sources are built with.
struct Define {
  std::string_view name;  // of static storage
  std::int64_t value = 0;

  bool operator==(const Define&) const = default;
};

// One launch of a kernel that keeps the factory's contract (device/kernel_abi.cuh), as whoever builds and launches
// device code needs it: the array that the kernel gets first, the two integers after it, and no setting by its name.
struct DeviceCall {
  Define define;                // what its sources are built with
  std::int32_t grid = 1;        // blocks
  std::int32_t block = 1;       // threads of a block
  std::int64_t length = 0;      // of the array: floats, zero before the launch
  std::int32_t arguments[2]{};  // the integers
  std::int64_t guard_from = 0;  // threads from this index on should not pass the guard: what they do after it is kept
};
inline constexpr const char* kOutputName = "output";  // of the array

// Precondition: the settings are valid for the factory's schema.
inline DeviceCall device_call(const FactorySettings& s) {
  return {.define = {"BUFFER_SIZE", s.buffer_size},
          .grid = static_cast<std::int32_t>(s.blocks()),
          .block = static_cast<std::int32_t>(s.block_size),
          .length = s.array_size,
          .arguments = {static_cast<std::int32_t>(s.array_size), static_cast<std::int32_t>(s.n_threads)},
          .guard_from = s.n_threads};
}
inline DeviceCall device_call(const Settings& settings) { return device_call(FactorySettings::of(settings)); }

// What sources are built with where no settings are known yet.
inline Define usual_define() { return device_call(FactorySettings{}).define; }

}  // namespace straylane
