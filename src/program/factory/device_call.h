#pragma once

#include <cstdint>
#include <string_view>

#include "program/factory/factory_settings.h"

namespace straylane {

// The symbols of program/factory/device/kernel_abi.cuh.
inline constexpr const char* kKernelSymbol = "straylane_kernel";
inline constexpr const char* kBodySymbol = "straylane_kernel_body";
inline constexpr const char* kAllocatorSymbol = "straylane_allocate";

inline constexpr const char* kKernelName = "kernel";  // its name in observations, on every target

// What a source must define under one of these names. It is the same for every compiler (docs/kernels.md).
struct KernelPart {
  const char* symbol;
  std::string_view parameters;  // p: pointer, i: 32-bit integer
  const char* declaration;
  bool kernel;  // a __global__ function
};

inline constexpr KernelPart kKernelParts[] = {
    {kKernelSymbol, "pii",
     "extern \"C\" __global__ void straylane_kernel(float* output, int array_size, int n_threads)", true},
    {kBodySymbol, "ppi", "extern \"C\" __device__ void straylane_kernel_body(float* buffer, float* output, int i)",
     false},
    {kAllocatorSymbol, "pi", "extern \"C\" __device__ void straylane_allocate(float* output, int i)", false},
};

// A macro that device sources are built with.
struct Define {
  std::string_view name;  // refers to static storage
  std::int64_t value = 0;

  bool operator==(const Define&) const = default;
};

// One launch of a kernel that keeps the factory's contract (device/kernel_abi.cuh), in the terms of the code that
// builds and launches it. The kernel gets an array and then two integers. No setting is named.
struct DeviceCall {
  Define define;                // the sources are built with it
  std::int32_t grid = 1;        // blocks
  std::int32_t block = 1;       // threads per block
  std::int64_t length = 0;      // floats in the array, all zero before the launch
  std::int32_t arguments[2]{};  // the integers
  // Threads from this index on should not pass the guard. What they do after it is recorded.
  std::int64_t guard_from = 0;
};
inline constexpr const char* kOutputName = "output";  // name of the array

// Precondition: the settings are valid for the factory's schema.
inline DeviceCall device_call(const FactorySettings& s) {
  return {.define = {"BUFFER_SIZE", s.buffer_size},
          .grid = static_cast<std::int32_t>(s.blocks()),
          .block = static_cast<std::int32_t>(s.block_size),
          .length = s.array_size,
          .arguments = {static_cast<std::int32_t>(s.array_size), static_cast<std::int32_t>(s.n_threads)},
          .guard_from = s.n_threads};
}
inline DeviceCall device_call(const Settings& settings) { return device_call(FactorySettings::of(settings)); }

// Returns what sources are built with while no settings are known.
inline Define usual_define() { return device_call(FactorySettings{}).define; }

}  // namespace straylane
