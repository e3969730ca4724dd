#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/error.h"

namespace straylane {

// The settings of one launch of the factory kernel.
//
//   array_size   length of the float32 output array
//   buffer_size  length of the float32 local array that the allocator hands to every thread
//   n_threads    threads with a global index below it write a 1; the others return early
//   block_size   CUDA threads per block; the grid has ceil(array_size / block_size) blocks
//
// Invariant of the launch: output[i] == 1 for i < n_threads, and 0 for the rest.
struct Settings {
  std::int64_t array_size = 10;
  std::int64_t buffer_size = 5;
  std::int64_t n_threads = 7;
  std::int64_t block_size = 32;

  bool operator==(const Settings&) const = default;

  std::int64_t blocks() const { return (array_size + block_size - 1) / block_size; }
  std::int64_t simulated_threads() const { return blocks() * block_size; }
};

namespace bounds {
inline constexpr std::int64_t kArraySizeMax = 1'048'576;
inline constexpr std::int64_t kBufferSizeMax =
    131'072;  // 512 KiB of local memory: above it CUDA fails without an error
inline constexpr std::int64_t kBlockSizeMax = 1'024;
inline constexpr std::size_t kLaunchesMax = 16;
}  // namespace bounds

// A setting outside its bounds.
struct InvalidSetting {
  std::string field;
  std::int64_t value = 0;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string max_name;  // of the setting that is the bound; empty where it is a constant

  bool operator==(const InvalidSetting&) const = default;
};
// "n_threads is 11, must be 0..array_size = 10"
std::string to_string(const InvalidSetting& invalid);

// The first setting that is invalid, in the order of the members.
std::optional<InvalidSetting> first_invalid(const Settings& settings);

// kOutOfRange with the field, its value and its bound, of the first that is invalid; nothing else.
Expected<void> validate(const Settings& settings);

// The same for a list of launches: one to kLaunchesMax of them, each valid; the error names launches[i].
Expected<void> validate(const std::vector<Settings>& launches);

}  // namespace straylane
