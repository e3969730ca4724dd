#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "targets/cuda/worker/driver.h"

namespace straylane {

// 32-bit words of memory on the GPU, in the current context.
class DeviceMemory {
 public:
  static tl::expected<std::unique_ptr<DeviceMemory>, DriverError> allocate(const Driver& driver, std::size_t words);
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;
  ~DeviceMemory();

  driver_api::DevicePointer at(std::size_t word) const { return pointer_ + word * sizeof(std::uint32_t); }

  // Sets `count` words from word `from` on to `value`.
  tl::expected<void, DriverError> fill(std::size_t from, std::size_t count, std::uint32_t value);
  // Copies the first words, as many as there is room for.
  tl::expected<void, DriverError> copy_to(std::span<std::uint32_t> host) const;

 private:
  DeviceMemory(const Driver& driver, driver_api::DevicePointer pointer) : driver_(driver), pointer_(pointer) {}

  const Driver& driver_;
  driver_api::DevicePointer pointer_;
};

}  // namespace straylane
