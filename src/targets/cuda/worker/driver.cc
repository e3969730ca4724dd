#include "targets/cuda/worker/driver.h"

#include <fmt/format.h>

namespace straylane {

Expected<Driver> Driver::open() {
  std::string loader_error;
  const SharedLibrary library = SharedLibrary::open("libcuda.so.1", loader_error);
  if (!library) {
    return make_error(ErrorCode::kUnsupported,
                      fmt::format("no NVIDIA driver ({}; Debian's package is libcuda1)", loader_error));
  }
  Driver driver;
  driver.functions = {library};
  if (const char* missing = driver.functions.library.missing()) {
    return make_error(ErrorCode::kUnsupported, fmt::format("{} has no {}: too old", library.path(), missing));
  }
  if (auto ok = driver.check(driver.functions.init(0), "cuInit"); !ok) {
    return make_error(ErrorCode::kUnsupported, ok.error().message);
  }
  driver.functions.driver_get_version(&driver.version);
  return driver;
}

std::string Driver::describe() const {
  return fmt::format("driver for CUDA {}.{}", version / 1000, version % 1000 / 10);
}

DriverResult<void> Driver::check(int result, const char* function) const {
  if (result == driver_api::kSuccess) return {};
  const char* name = nullptr;
  const char* text = nullptr;
  functions.get_error_name(result, &name);
  functions.get_error_string(result, &text);
  if (result == driver_api::kStubLibrary) {  // the stubs of older drivers do not know its name
    name = "CUDA_ERROR_STUB_LIBRARY";
    text = "the toolkit's stub is in the place of the driver";
  }
  return tl::unexpected(
      DriverError{result, fmt::format("{}: {} ({}): {}", function, name == nullptr ? "error without a name" : name,
                                      result, text == nullptr ? "not known to the driver" : text)});
}

}  // namespace straylane
