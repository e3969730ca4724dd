#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "domain/error.h"
#include "targets/cuda/worker/shared_library.h"

namespace straylane {

// The part of the CUDA driver's C interface that Straylane uses. It is declared here so that building needs no toolkit.
// CUDA 12 and 13 have the same declarations.
namespace driver_api {

using Device = int;
using DevicePointer = std::uint64_t;
using Context = struct OpaqueContext*;
using Module = struct OpaqueModule*;
using Function = struct OpaqueFunction*;
using Stream = struct OpaqueStream*;

enum Result : int { kSuccess = 0, kOutOfMemory = 2, kStubLibrary = 34, kNoDevice = 100 };

enum Attribute : int { kComputeCapabilityMajor = 75, kComputeCapabilityMinor = 76 };

struct Functions {
  SharedLibrary library;
  int (*init)(unsigned flags) = library.find("cuInit");
  int (*driver_get_version)(int* version) = library.find("cuDriverGetVersion");
  int (*get_error_name)(int result, const char** name) = library.find("cuGetErrorName");
  int (*get_error_string)(int result, const char** text) = library.find("cuGetErrorString");
  int (*device_get_count)(int* count) = library.find("cuDeviceGetCount");
  int (*device_get)(Device* device, int ordinal) = library.find("cuDeviceGet");
  int (*device_get_name)(char* name, int length, Device device) = library.find("cuDeviceGetName");
  int (*device_get_attribute)(int* value, int attribute, Device device) = library.find("cuDeviceGetAttribute");
  int (*primary_context_retain)(Context* context, Device device) = library.find("cuDevicePrimaryCtxRetain");
  int (*primary_context_release)(Device device) = library.find("cuDevicePrimaryCtxRelease_v2");
  int (*context_set_current)(Context context) = library.find("cuCtxSetCurrent");
  int (*context_synchronize)() = library.find("cuCtxSynchronize");
  int (*module_load_data)(Module* module, const void* image) = library.find("cuModuleLoadData");
  int (*module_get_function)(Function* function, Module of, const char* name) = library.find("cuModuleGetFunction");
  int (*module_unload)(Module module) = library.find("cuModuleUnload");
  int (*memory_allocate)(DevicePointer* pointer, std::size_t bytes) = library.find("cuMemAlloc_v2");
  int (*memory_free)(DevicePointer pointer) = library.find("cuMemFree_v2");
  int (*memory_set_32)(DevicePointer pointer, unsigned value, std::size_t count) = library.find("cuMemsetD32_v2");
  int (*copy_to_host)(void* host, DevicePointer device, std::size_t bytes) = library.find("cuMemcpyDtoH_v2");
  int (*launch_kernel)(Function function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                       unsigned block_y, unsigned block_z, unsigned shared_bytes, Stream stream, void** arguments,
                       void** extra) = library.find("cuLaunchKernel");
};

}  // namespace driver_api

// A call of the driver that failed.
struct DriverError {
  int code = 0;         // CUresult
  std::string message;  // "cuLaunchKernel: CUDA_ERROR_INVALID_VALUE (1): invalid argument"
};

template <class T>
using DriverResult = tl::expected<T, DriverError>;

// The CUDA driver, initialised. `libcuda.so.1` is installed with the kernel module. The toolkit's `libcuda.so` is only
// a stub and is never opened.
struct Driver {
  // Opens and initialises the driver. kUnsupported if the library is missing (the message names its package) or if
  // cuInit fails (the message is the driver's).
  static Expected<Driver> open();

  std::string describe() const;  // "driver for CUDA 13.0"
  // Turns the result of a call into an error, if it is one. `function`: the driver's name of what was called.
  DriverResult<void> check(int result, const char* function) const;

  driver_api::Functions functions;
  int version = 0;  // the newest CUDA that the driver supports: 13000 for 13.0
};

}  // namespace straylane
