#pragma once

#include <memory>

#include "targets/cuda/worker/driver.h"

namespace straylane {

// The primary context of a GPU, retained and current to the calling thread, which stays the only one. Released at the
// end; what lives in it (CudaModule, DeviceMemory) must be gone by then.
class CudaContext {
 public:
  static tl::expected<std::unique_ptr<CudaContext>, DriverError> retain(const Driver& driver,
                                                                        driver_api::Device device);
  CudaContext(const CudaContext&) = delete;
  CudaContext& operator=(const CudaContext&) = delete;
  ~CudaContext();

 private:
  CudaContext(const Driver& driver, driver_api::Device device) : driver_(driver), device_(device) {}

  const Driver& driver_;
  driver_api::Device device_;
};

}  // namespace straylane
