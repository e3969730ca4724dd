#pragma once

#include <llvm/IR/Module.h>

#include <optional>
#include <string>

#include "target/host/worker/build_error.h"

namespace straylane {

// The symbols of factory/device/kernel_abi.cuh.
inline constexpr const char* kKernelSymbol = "straylane_kernel";
inline constexpr const char* kBodySymbol = "straylane_kernel_body";
inline constexpr const char* kAllocatorSymbol = "straylane_allocate";

// What a module, as it comes from the front end, has under these names and the contract has not: other parameters, a
// kernel that is no __global__ function, a name without extern "C". Whether a pointer is one to floats only the front
// end sees, and only where the source includes kernel_abi.cuh.
std::optional<LinkError> breach_of_contract(const llvm::Module& module, const std::string& source);

}  // namespace straylane
