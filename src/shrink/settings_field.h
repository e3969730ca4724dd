#pragma once

#include <array>
#include <cstdint>

#include "domain/settings.h"

namespace straylane {

// One field of the settings, as the shrinker searches it: whole numbers from `min` up. Its upper bound depends on the
// other fields (`first_invalid`), and is never needed: a search goes down.
struct SettingsField {
  std::int64_t Settings::*member;
  const char* name;
  std::int64_t min;
};

// In the order of case_size: of two settings the one with the smaller array_size is smaller whatever the others are.
inline constexpr std::array<SettingsField, 4> kSettingsFields = {{{&Settings::array_size, "array_size", 1},
                                                                  {&Settings::n_threads, "n_threads", 0},
                                                                  {&Settings::buffer_size, "buffer_size", 1},
                                                                  {&Settings::block_size, "block_size", 1}}};
inline constexpr std::size_t kBlockSizeField = 3;

}  // namespace straylane
