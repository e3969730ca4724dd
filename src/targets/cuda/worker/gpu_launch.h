#pragma once

#include <optional>
#include <string>
#include <vector>

#include "program/factory/device_call.h"
#include "targets/cuda/worker/cubin.h"
#include "targets/cuda/worker/driver.h"

namespace straylane {

// What the host sees of a launch.
struct GpuLaunch {
  std::vector<float> output;               // what the array has after it
  std::optional<std::string> stray_write;  // memory beside the output was changed: where, in words

  bool operator==(const GpuLaunch&) const = default;
};

// Words before the output and after it that the kernel must leave alone: more than the threads of one block, so
// that a kernel without a guard is seen.
inline constexpr std::size_t kGuardWords = 4'096;

// One launch of the kernel in the current context, from loading the cubin to unloading it. The output is zero
// before. The first call of the driver that fails ends it; everything is freed either way.
tl::expected<GpuLaunch, DriverError> launch_on_gpu(const Driver& driver, const Cubin& cubin, const DeviceCall& call);

}  // namespace straylane
