#include "targets/cuda/worker/device_memory.h"

namespace straylane {

tl::expected<std::unique_ptr<DeviceMemory>, DriverError> DeviceMemory::allocate(const Driver& driver,
                                                                                std::size_t words) {
  driver_api::DevicePointer pointer = 0;
  const int result = driver.functions().memory_allocate(&pointer, words * sizeof(std::uint32_t));
  if (auto ok = driver.check(result, "cuMemAlloc"); !ok) return tl::unexpected(ok.error());
  return std::unique_ptr<DeviceMemory>(new DeviceMemory(driver, pointer));
}

DeviceMemory::~DeviceMemory() { driver_.functions().memory_free(pointer_); }

tl::expected<void, DriverError> DeviceMemory::fill(std::size_t from, std::size_t count, std::uint32_t value) {
  return driver_.check(driver_.functions().memory_set_32(at(from), value, count), "cuMemsetD32");
}

tl::expected<void, DriverError> DeviceMemory::copy_to(std::span<std::uint32_t> host) const {
  return driver_.check(driver_.functions().copy_to_host(host.data(), pointer_, host.size_bytes()), "cuMemcpyDtoH");
}

}  // namespace straylane
