#include "targets/cuda/worker/cuda_context.h"

namespace straylane {

tl::expected<std::unique_ptr<CudaContext>, DriverError> CudaContext::retain(const Driver& driver,
                                                                            driver_api::Device device) {
  const driver_api::Functions& f = driver.functions();
  driver_api::Context handle = nullptr;
  if (auto ok = driver.check(f.primary_context_retain(&handle, device), "cuDevicePrimaryCtxRetain"); !ok) {
    return tl::unexpected(ok.error());
  }
  std::unique_ptr<CudaContext> context(new CudaContext(driver, device));
  if (auto ok = driver.check(f.context_set_current(handle), "cuCtxSetCurrent"); !ok) return tl::unexpected(ok.error());
  return context;
}

CudaContext::~CudaContext() {
  driver_.functions().context_set_current(nullptr);
  driver_.functions().primary_context_release(device_);
}

}  // namespace straylane
