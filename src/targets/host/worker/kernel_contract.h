#pragma once

#include <llvm/IR/Module.h>

#include <optional>
#include <string>

#include "program/factory/kernel_parts.h"
#include "targets/host/worker/build_error.h"

namespace straylane {

// What a module, as it comes from the front end, has under these names and the contract has not: other parameters, a
// kernel that is no __global__ function, a name without extern "C". Whether a pointer is one to floats only the front
// end sees, and only where the source includes kernel_abi.cuh.
std::optional<LinkError> breach_of_contract(const llvm::Module& module, const std::string& source);

}  // namespace straylane
