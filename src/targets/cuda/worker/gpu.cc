#include "targets/cuda/worker/gpu.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

namespace straylane {
namespace {

// Words on each side of the output that the kernel must not change. They are more than the threads of a block, so that
// a kernel without a guard is noticed.
constexpr std::size_t kGuardWords = 4'096;
constexpr std::uint32_t kGuardValue = 0xA5C3'5A3C;  // as a float, a value that no kernel writes

// Describes the first changed word beside the output, by the index that the kernel wrote to.
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

Expected<Gpu> find_gpu(const Driver& driver) {
  const driver_api::Functions& f = driver.functions;
  Gpu gpu;
  int count = 0;
  int major = 0;
  int minor = 0;
  std::array<char, 256> name{};
  const auto get_attribute = [&](int attribute, int& value) {
    return driver.check(f.device_get_attribute(&value, attribute, gpu.device), "cuDeviceGetAttribute");
  };
  const auto found = driver.check(f.device_get_count(&count), "cuDeviceGetCount")
                         .and_then([&]() -> DriverResult<void> {
                           if (count > 0) return driver.check(f.device_get(&gpu.device, 0), "cuDeviceGet");
                           return tl::unexpected(DriverError{driver_api::kNoDevice, "no GPU: the driver shows none"});
                         })
                         .and_then([&] {
                           const auto length = static_cast<int>(name.size()) - 1;
                           return driver.check(f.device_get_name(name.data(), length, gpu.device), "cuDeviceGetName");
                         })
                         .and_then([&] { return get_attribute(driver_api::kComputeCapabilityMajor, major); })
                         .and_then([&] { return get_attribute(driver_api::kComputeCapabilityMinor, minor); });
  if (!found) return make_error(ErrorCode::kUnsupported, found.error().message);
  gpu.name = name.data();
  gpu.arch = 10 * major + minor;
  return gpu;
}

DriverResult<std::unique_ptr<CudaContext>> CudaContext::retain(const Driver& driver, driver_api::Device device) {
  const driver_api::Functions& f = driver.functions;
  driver_api::Context handle = nullptr;
  if (auto ok = driver.check(f.primary_context_retain(&handle, device), "cuDevicePrimaryCtxRetain"); !ok) {
    return tl::unexpected(ok.error());
  }
  std::unique_ptr<CudaContext> context(new CudaContext(driver, device));
  return driver.check(f.context_set_current(handle), "cuCtxSetCurrent").map([&] { return std::move(context); });
}

CudaContext::~CudaContext() {
  driver_.functions.context_set_current(nullptr);
  driver_.functions.primary_context_release(device_);
}

DriverResult<CudaModule> load_module(const Driver& driver, const Cubin& cubin) {
  const driver_api::Functions& f = driver.functions;
  driver_api::Module handle = nullptr;
  const int result = f.module_load_data(&handle, cubin.data());
  return driver.check(result, "cuModuleLoadData").map([&] { return CudaModule(handle, f.module_unload); });
}

DriverResult<driver_api::Function> find_kernel(const Driver& driver, const CudaModule& module, const char* name) {
  driver_api::Function function = nullptr;
  const int result = driver.functions.module_get_function(&function, module.get(), name);
  return driver.check(result, "cuModuleGetFunction").map([&] { return function; });
}

DriverResult<std::unique_ptr<DeviceMemory>> DeviceMemory::allocate(const Driver& driver, std::size_t words) {
  driver_api::DevicePointer pointer = 0;
  const int result = driver.functions.memory_allocate(&pointer, words * sizeof(std::uint32_t));
  return driver.check(result, "cuMemAlloc").map([&] {
    return std::unique_ptr<DeviceMemory>(new DeviceMemory(driver, pointer));
  });
}

DeviceMemory::~DeviceMemory() { driver_.functions.memory_free(pointer_); }

DriverResult<void> DeviceMemory::fill(std::size_t from, std::size_t count, std::uint32_t value) {
  return driver_.check(driver_.functions.memory_set_32(at(from), value, count), "cuMemsetD32");
}

DriverResult<void> DeviceMemory::copy_to(std::span<std::uint32_t> host) const {
  return driver_.check(driver_.functions.copy_to_host(host.data(), pointer_, host.size_bytes()), "cuMemcpyDtoH");
}

DriverResult<GpuLaunch> launch_on_gpu(const Driver& driver, const Cubin& cubin, const DeviceCall& call) {
  const driver_api::Functions& f = driver.functions;
  const auto size = static_cast<std::size_t>(call.length);
  std::vector<std::uint32_t> words(kGuardWords + size + kGuardWords);

  const auto module = load_module(driver, cubin);
  if (!module) return tl::unexpected(module.error());
  const auto function = find_kernel(driver, *module, kKernelSymbol);
  if (!function) return tl::unexpected(function.error());
  const auto allocated = DeviceMemory::allocate(driver, words.size());
  if (!allocated) return tl::unexpected(allocated.error());

  DeviceMemory& memory = **allocated;
  driver_api::DevicePointer output = memory.at(kGuardWords);
  DeviceCall own = call;  // the driver takes pointers to non-const
  void* arguments[] = {&output, &own.arguments[0], &own.arguments[1]};
  const auto grid = static_cast<unsigned>(call.grid);
  const auto block = static_cast<unsigned>(call.block);
  const auto launch = [&] {
    const int result = f.launch_kernel(*function, grid, 1, 1, block, 1, 1, 0, nullptr, arguments, nullptr);
    return driver.check(result, "cuLaunchKernel");
  };
  return memory.fill(0, words.size(), kGuardValue)
      .and_then([&] { return memory.fill(kGuardWords, size, 0); })
      .and_then(launch)
      .and_then([&] { return driver.check(f.context_synchronize(), "cuCtxSynchronize"); })
      .and_then([&] { return memory.copy_to(words); })
      .map([&] {
        GpuLaunch launched{std::vector<float>(size), stray_write(words, call.length)};
        std::memcpy(launched.output.data(), words.data() + kGuardWords, size * sizeof(float));
        return launched;
      });
}

}  // namespace straylane
