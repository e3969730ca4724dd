#pragma once

#include <cstddef>
#include <cstdint>

// The part of the CUDA driver's C interface that is used, declared here so that nothing of the toolkit is needed to
// build. The same in CUDA 12 and 13.
namespace straylane::driver_api {

using Device = int;
using DevicePointer = std::uint64_t;
using Context = struct OpaqueContext*;
using Module = struct OpaqueModule*;
using Function = struct OpaqueFunction*;
using Stream = struct OpaqueStream*;

enum Result : int { kSuccess = 0, kOutOfMemory = 2, kStubLibrary = 34, kNoDevice = 100 };

enum Attribute : int { kComputeCapabilityMajor = 75, kComputeCapabilityMinor = 76 };

struct Functions {
  int (*init)(unsigned flags) = nullptr;
  int (*driver_get_version)(int* version) = nullptr;
  int (*get_error_name)(int result, const char** name) = nullptr;
  int (*get_error_string)(int result, const char** text) = nullptr;
  int (*device_get_count)(int* count) = nullptr;
  int (*device_get)(Device* device, int ordinal) = nullptr;
  int (*device_get_name)(char* name, int length, Device device) = nullptr;
  int (*device_get_attribute)(int* value, int attribute, Device device) = nullptr;
  int (*primary_context_retain)(Context* context, Device device) = nullptr;
  int (*primary_context_release)(Device device) = nullptr;
  int (*context_set_current)(Context context) = nullptr;
  int (*context_synchronize)() = nullptr;
  int (*module_load_data)(Module* module, const void* image) = nullptr;
  int (*module_get_function)(Function* function, Module module, const char* name) = nullptr;
  int (*module_unload)(Module module) = nullptr;
  int (*memory_allocate)(DevicePointer* pointer, std::size_t bytes) = nullptr;
  int (*memory_free)(DevicePointer pointer) = nullptr;
  int (*memory_set_32)(DevicePointer pointer, unsigned value, std::size_t count) = nullptr;
  int (*copy_to_host)(void* host, DevicePointer device, std::size_t bytes) = nullptr;
  int (*launch_kernel)(Function function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                       unsigned block_y, unsigned block_z, unsigned shared_bytes, Stream stream, void** arguments,
                       void** extra) = nullptr;
};

}  // namespace straylane::driver_api
