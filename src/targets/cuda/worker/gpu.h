#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "program/factory/device_call.h"
#include "targets/cuda/worker/cubin.h"
#include "targets/cuda/worker/driver.h"

namespace straylane {

// The GPU that cases run on: the first that the driver lists, which CUDA_VISIBLE_DEVICES can change.
struct Gpu {
  driver_api::Device device = 0;
  std::string name;
  int arch = 0;  // compute capability, 90 for 9.0
};

// Returns the GPU, or kUnsupported with the reason.
Expected<Gpu> find_gpu(const Driver& driver);

// The primary context of a GPU, retained and made current to the calling thread, which must stay the only one. The
// destructor releases it.
// Precondition of the destructor: every CudaModule and DeviceMemory in the context is gone.
class CudaContext {
 public:
  static DriverResult<std::unique_ptr<CudaContext>> retain(const Driver& driver, driver_api::Device device);
  CudaContext(const CudaContext&) = delete;
  CudaContext& operator=(const CudaContext&) = delete;
  ~CudaContext();

 private:
  CudaContext(const Driver& driver, driver_api::Device device) : driver_(driver), device_(device) {}

  const Driver& driver_;
  driver_api::Device device_;
};

// A cubin that is loaded into the current context. Loading it again gives its device variables their initial values.
using CudaModule = std::unique_ptr<driver_api::OpaqueModule, int (*)(driver_api::Module)>;
DriverResult<CudaModule> load_module(const Driver& driver, const Cubin& cubin);
// Returns the kernel of that name, which is valid as long as the module.
DriverResult<driver_api::Function> find_kernel(const Driver& driver, const CudaModule& module, const char* name);

// An array of 32-bit words on the GPU, in the current context.
class DeviceMemory {
 public:
  static DriverResult<std::unique_ptr<DeviceMemory>> allocate(const Driver& driver, std::size_t words);
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;
  ~DeviceMemory();

  driver_api::DevicePointer at(std::size_t word) const { return pointer_ + word * sizeof(std::uint32_t); }
  // Sets `count` words to `value`, beginning with word `from`.
  DriverResult<void> fill(std::size_t from, std::size_t count, std::uint32_t value);
  // Copies the first words to `host`, as many as it has room for.
  DriverResult<void> copy_to(std::span<std::uint32_t> host) const;

 private:
  DeviceMemory(const Driver& driver, driver_api::DevicePointer pointer) : driver_(driver), pointer_(pointer) {}

  const Driver& driver_;
  driver_api::DevicePointer pointer_;
};

// What the host sees of a launch.
struct GpuLaunch {
  std::vector<float> output;               // the array after the launch
  std::optional<std::string> stray_write;  // where the kernel wrote beside the output, in words, if it did
};

// Launches the kernel once in the current context: loads the cubin, runs it on an output of zeros, and unloads it.
// Stops at the first call of the driver that fails. Frees everything in either case.
DriverResult<GpuLaunch> launch_on_gpu(const Driver& driver, const Cubin& cubin, const DeviceCall& call);

}  // namespace straylane
