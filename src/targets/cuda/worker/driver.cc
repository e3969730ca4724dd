#include "targets/cuda/worker/driver.h"

#include <fmt/format.h>

#include "targets/cuda/worker/shared_library.h"

namespace straylane {
namespace {

constexpr const char* kLibrary = "libcuda.so.1";

// The first function that the library does not have; nullptr where it has all.
const char* load(const SharedLibrary& library, driver_api::Functions& f) {
  const char* missing = nullptr;
  const auto find = [&](const char* name, auto*& function) {
    if (!library.find(name, function) && missing == nullptr) missing = name;
  };
  find("cuInit", f.init);
  find("cuDriverGetVersion", f.driver_get_version);
  find("cuGetErrorName", f.get_error_name);
  find("cuGetErrorString", f.get_error_string);
  find("cuDeviceGetCount", f.device_get_count);
  find("cuDeviceGet", f.device_get);
  find("cuDeviceGetName", f.device_get_name);
  find("cuDeviceGetAttribute", f.device_get_attribute);
  find("cuDevicePrimaryCtxRetain", f.primary_context_retain);
  find("cuDevicePrimaryCtxRelease_v2", f.primary_context_release);
  find("cuCtxSetCurrent", f.context_set_current);
  find("cuCtxSynchronize", f.context_synchronize);
  find("cuModuleLoadData", f.module_load_data);
  find("cuModuleGetFunction", f.module_get_function);
  find("cuModuleUnload", f.module_unload);
  find("cuMemAlloc_v2", f.memory_allocate);
  find("cuMemFree_v2", f.memory_free);
  find("cuMemsetD32_v2", f.memory_set_32);
  find("cuMemcpyDtoH_v2", f.copy_to_host);
  find("cuLaunchKernel", f.launch_kernel);
  return missing;
}

}  // namespace

Expected<Driver> Driver::open() {
  std::string loader_error;
  const SharedLibrary library = SharedLibrary::open(kLibrary, loader_error);
  if (!library) {
    return make_error(ErrorCode::kUnsupported,
                      fmt::format("no NVIDIA driver ({}; Debian's package is libcuda1)", loader_error));
  }
  Driver driver;
  if (const char* missing = load(library, driver.functions_)) {
    return make_error(ErrorCode::kUnsupported, fmt::format("{} has no {}: too old", library.path(), missing));
  }
  if (auto ok = driver.check(driver.functions_.init(0), "cuInit"); !ok) {
    return make_error(ErrorCode::kUnsupported, ok.error().message);
  }
  driver.functions_.driver_get_version(&driver.version_);
  return driver;
}

std::string Driver::describe() const {
  return fmt::format("driver for CUDA {}.{}", version_ / 1000, version_ % 1000 / 10);
}

tl::expected<void, DriverError> Driver::check(int result, const char* function) const {
  if (result == driver_api::kSuccess) return {};
  const char* name = nullptr;
  const char* text = nullptr;
  functions_.get_error_name(result, &name);
  functions_.get_error_string(result, &text);
  if (result == driver_api::kStubLibrary) {  // older drivers' stubs do not know its name
    name = "CUDA_ERROR_STUB_LIBRARY";
    text = "the toolkit's stub, which is no driver, stands where the driver belongs";
  }
  return tl::unexpected(
      DriverError{result, fmt::format("{}: {} ({}): {}", function, name == nullptr ? "error without a name" : name,
                                      result, text == nullptr ? "not known to the driver" : text)});
}

}  // namespace straylane
