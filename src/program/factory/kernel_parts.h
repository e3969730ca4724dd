#pragma once

#include <string_view>

namespace straylane {

// The symbols of program/factory/device/kernel_abi.cuh.
inline constexpr const char* kKernelSymbol = "straylane_kernel";
inline constexpr const char* kBodySymbol = "straylane_kernel_body";
inline constexpr const char* kAllocatorSymbol = "straylane_allocate";

inline constexpr const char* kKernelName = "kernel";  // what observations call the kernel, on every target

// What a source must have under one of these names, whichever compiler builds it (docs/kernels.md).
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

}  // namespace straylane
