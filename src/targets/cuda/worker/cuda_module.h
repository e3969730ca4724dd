#pragma once

#include <memory>

#include "targets/cuda/worker/cubin.h"
#include "targets/cuda/worker/driver.h"

namespace straylane {

// A cubin that is loaded into the current context. A fresh one has its device variables as they were built.
class CudaModule {
 public:
  static tl::expected<std::unique_ptr<CudaModule>, DriverError> load(const Driver& driver, const Cubin& cubin);
  CudaModule(const CudaModule&) = delete;
  CudaModule& operator=(const CudaModule&) = delete;
  ~CudaModule();

  // Valid as long as the module.
  tl::expected<driver_api::Function, DriverError> function(const char* name) const;

 private:
  CudaModule(const Driver& driver, driver_api::Module handle) : driver_(driver), handle_(handle) {}

  const Driver& driver_;
  driver_api::Module handle_;
};

}  // namespace straylane
