#include "targets/cuda/worker/gpu_launch.h"

#include <fmt/format.h>

#include <cstring>

#include "targets/cuda/worker/cuda_module.h"
#include "targets/cuda/worker/device_memory.h"

namespace straylane {
namespace {

constexpr const char* kKernel = "straylane_kernel";
constexpr std::uint32_t kGuardValue = 0xA5C3'5A3C;  // as a float no value that a kernel would write

// The first changed word beside the output, by the index that the kernel wrote to.
std::optional<std::string> stray_write(const std::vector<std::uint32_t>& words, std::int64_t array_size) {
  const std::int64_t guard = kGuardWords;
  for (std::int64_t i = -guard; i < array_size + guard; ++i) {
    const bool inside = i >= 0 && i < array_size;
    if (inside || words[static_cast<std::size_t>(i + guard)] == kGuardValue) continue;
    return fmt::format("write outside of output: index {}, size {}", i, array_size);
  }
  return std::nullopt;
}

}  // namespace

tl::expected<GpuLaunch, DriverError> launch_on_gpu(const Driver& driver, const Cubin& cubin, const Settings& settings) {
  const driver_api::Functions& f = driver.functions();
  const auto array_size = static_cast<std::size_t>(settings.array_size);
  std::vector<std::uint32_t> words(kGuardWords + array_size + kGuardWords);

  const auto module = CudaModule::load(driver, cubin);
  if (!module) return tl::unexpected(module.error());
  const auto function = (*module)->function(kKernel);
  if (!function) return tl::unexpected(function.error());
  const auto memory = DeviceMemory::allocate(driver, words.size());
  if (!memory) return tl::unexpected(memory.error());

  driver_api::DevicePointer output = (*memory)->at(kGuardWords);
  int array_size_argument = static_cast<int>(settings.array_size);
  int n_threads_argument = static_cast<int>(settings.n_threads);
  void* arguments[] = {&output, &array_size_argument, &n_threads_argument};
  const auto ran = (*memory)
                       ->fill(0, words.size(), kGuardValue)
                       .and_then([&] { return (*memory)->fill(kGuardWords, array_size, 0); })
                       .and_then([&] {
                         return driver.check(f.launch_kernel(*function, static_cast<unsigned>(settings.blocks()), 1, 1,
                                                             static_cast<unsigned>(settings.block_size), 1, 1, 0,
                                                             nullptr, arguments, nullptr),
                                             "cuLaunchKernel");
                       })
                       .and_then([&] { return driver.check(f.context_synchronize(), "cuCtxSynchronize"); })
                       .and_then([&] { return (*memory)->copy_to(words); });
  if (!ran) return tl::unexpected(ran.error());

  GpuLaunch launch;
  launch.output.resize(array_size);
  std::memcpy(launch.output.data(), words.data() + kGuardWords, array_size * sizeof(float));
  launch.stray_write = stray_write(words, settings.array_size);
  return launch;
}

}  // namespace straylane
