#pragma once

#include <cstdint>

#include "domain/schema.h"

namespace straylane {

inline constexpr std::int64_t kArraySizeMax = 1'048'576;
// 512 KiB of local memory. CUDA fails above it, without an error.
inline constexpr std::int64_t kBufferSizeMax = 131'072;
inline constexpr std::int64_t kBlockSizeMax = 1'024;

// The settings of one launch of the factory kernel, by name. A Settings holds them in this order.
//
//   array_size   length of the float32 output array
//   buffer_size  length of the float32 local array that the allocator hands to every thread
//   n_threads    threads with a global index below it write a 1; the others return early
//   block_size   CUDA threads per block; the grid has ceil(array_size / block_size) blocks
//
// Invariant of the launch: output[i] == 1 for i < n_threads, and 0 for the rest.
struct FactorySettings {
  std::int64_t array_size = 10;
  std::int64_t buffer_size = 5;
  std::int64_t n_threads = 7;
  std::int64_t block_size = 32;

  // Precondition: `settings` is valid for the factory's schema.
  static FactorySettings of(const Settings& settings) { return {settings[0], settings[1], settings[2], settings[3]}; }
  // Implicit on purpose: these are Settings with names.
  operator Settings() const { return {array_size, buffer_size, n_threads, block_size}; }

  std::int64_t blocks() const { return (array_size + block_size - 1) / block_size; }

  bool operator==(const FactorySettings&) const = default;
};

}  // namespace straylane
