#include "targets/cuda/worker/gpu.h"

#include <array>

namespace straylane {

Expected<Gpu> find_gpu(const Driver& driver) {
  const driver_api::Functions& f = driver.functions();
  Gpu gpu;
  int count = 0;
  int major = 0;
  int minor = 0;
  std::array<char, 256> name{};
  const auto found =
      driver.check(f.device_get_count(&count), "cuDeviceGetCount")
          .and_then([&]() -> tl::expected<void, DriverError> {
            if (count > 0) return {};
            return tl::unexpected(DriverError{driver_api::kNoDevice, "no GPU: the driver shows none"});
          })
          .and_then([&] { return driver.check(f.device_get(&gpu.device, 0), "cuDeviceGet"); })
          .and_then([&] {
            const auto length = static_cast<int>(name.size()) - 1;
            return driver.check(f.device_get_name(name.data(), length, gpu.device), "cuDeviceGetName");
          })
          .and_then([&] {
            return driver.check(f.device_get_attribute(&major, driver_api::kComputeCapabilityMajor, gpu.device),
                                "cuDeviceGetAttribute");
          })
          .and_then([&] {
            return driver.check(f.device_get_attribute(&minor, driver_api::kComputeCapabilityMinor, gpu.device),
                                "cuDeviceGetAttribute");
          });
  if (!found) return make_error(ErrorCode::kUnsupported, found.error().message);
  gpu.name = name.data();
  gpu.arch = 10 * major + minor;
  return gpu;
}

}  // namespace straylane
