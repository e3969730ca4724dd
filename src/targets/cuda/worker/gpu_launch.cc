#include "targets/cuda/worker/gpu_launch.h"

#include <fmt/format.h>

#include <cstring>

#include "program/factory/kernel_parts.h"
#include "targets/cuda/worker/cuda_module.h"
#include "targets/cuda/worker/device_memory.h"

namespace straylane {
namespace {

constexpr std::uint32_t kGuardValue = 0xA5C3'5A3C;  // as a float no value that a kernel would write

// The first changed word beside the output, by the index that the kernel wrote to.
std::optional<std::string> stray_write(const std::vector<std::uint32_t>& words, std::int64_t size) {
  const std::int64_t guard = kGuardWords;
  for (std::int64_t i = -guard; i < size + guard; ++i) {
    const bool inside = i >= 0 && i < size;
    if (inside || words[static_cast<std::size_t>(i + guard)] == kGuardValue) continue;
    return fmt::format("write outside of {}: index {}, size {}", kOutputName, i, size);
  }
  return std::nullopt;
}

}  // namespace

tl::expected<GpuLaunch, DriverError> launch_on_gpu(const Driver& driver, const Cubin& cubin, const DeviceCall& call) {
  const driver_api::Functions& f = driver.functions();
  const auto size = static_cast<std::size_t>(call.length);
  std::vector<std::uint32_t> words(kGuardWords + size + kGuardWords);

  const auto module = CudaModule::load(driver, cubin);
  if (!module) return tl::unexpected(module.error());
  const auto function = (*module)->function(kKernelSymbol);
  if (!function) return tl::unexpected(function.error());
  const auto memory = DeviceMemory::allocate(driver, words.size());
  if (!memory) return tl::unexpected(memory.error());

  driver_api::DevicePointer output = (*memory)->at(kGuardWords);
  DeviceCall own = call;  // the driver wants what is not const
  void* arguments[] = {&output, &own.arguments[0], &own.arguments[1]};
  const auto ran = (*memory)
                       ->fill(0, words.size(), kGuardValue)
                       .and_then([&] { return (*memory)->fill(kGuardWords, size, 0); })
                       .and_then([&] {
                         return driver.check(
                             f.launch_kernel(*function, static_cast<unsigned>(call.grid), 1, 1,
                                             static_cast<unsigned>(call.block), 1, 1, 0, nullptr, arguments, nullptr),
                             "cuLaunchKernel");
                       })
                       .and_then([&] { return driver.check(f.context_synchronize(), "cuCtxSynchronize"); })
                       .and_then([&] { return (*memory)->copy_to(words); });
  if (!ran) return tl::unexpected(ran.error());

  GpuLaunch launch;
  launch.output.resize(size);
  std::memcpy(launch.output.data(), words.data() + kGuardWords, size * sizeof(float));
  launch.stray_write = stray_write(words, call.length);
  return launch;
}

}  // namespace straylane
