#include "targets/cuda/worker/cuda_module.h"

namespace straylane {

tl::expected<std::unique_ptr<CudaModule>, DriverError> CudaModule::load(const Driver& driver, const Cubin& cubin) {
  driver_api::Module handle = nullptr;
  if (auto ok = driver.check(driver.functions().module_load_data(&handle, cubin.data()), "cuModuleLoadData"); !ok) {
    return tl::unexpected(ok.error());
  }
  return std::unique_ptr<CudaModule>(new CudaModule(driver, handle));
}

CudaModule::~CudaModule() { driver_.functions().module_unload(handle_); }

tl::expected<driver_api::Function, DriverError> CudaModule::function(const char* name) const {
  driver_api::Function function = nullptr;
  const int result = driver_.functions().module_get_function(&function, handle_, name);
  if (auto ok = driver_.check(result, "cuModuleGetFunction"); !ok) return tl::unexpected(ok.error());
  return function;
}

}  // namespace straylane
