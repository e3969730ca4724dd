#pragma once

#include <string>
#include <tl/expected.hpp>

#include "domain/error.h"
#include "targets/cuda/worker/driver_api.h"

namespace straylane {

// A call of the driver that did not succeed.
struct DriverError {
  int code = 0;         // CUresult
  std::string message;  // "cuLaunchKernel: CUDA_ERROR_INVALID_VALUE (1): invalid argument"

  bool operator==(const DriverError&) const = default;
};

// The CUDA driver, initialised. `libcuda.so.1` comes with the kernel's driver; the toolkit's `libcuda.so` is a stub
// that can do nothing and is never asked for.
class Driver {
 public:
  // kUnsupported with the reason: no such library (its package is named), or what its cuInit says.
  static Expected<Driver> open();

  const driver_api::Functions& functions() const { return functions_; }
  int version() const { return version_; }  // of CUDA that it runs: 13000 for 13.0
  std::string describe() const;             // "driver for CUDA 13.0"

  // Nothing where `result` is success, else the error of the function of that name, as the driver calls it.
  tl::expected<void, DriverError> check(int result, const char* function) const;

 private:
  driver_api::Functions functions_;
  int version_ = 0;
};

}  // namespace straylane
