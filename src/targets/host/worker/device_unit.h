#pragma once

#include <llvm/ADT/SmallVector.h>

#include <memory>
#include <set>
#include <string>

namespace straylane {

// A device source, compiled and instrumented, not linked. Never changed once it is made, so that many kernels may have
// it in common.
struct DeviceUnit {
  using Symbols = std::set<std::string>;

  std::string source;  // path, as it was given
  llvm::SmallVector<char, 0> bitcode;
  Symbols defines;  // symbols that other units see
  Symbols needs;    // symbols that it uses and does not define, those of the runtime left out
  // The same of the parts of the factory kernel: every build asks, known or not.
  bool has_kernel = false;
  bool has_allocator = false;
  bool calls_allocator = false;
};
using SharedUnit = std::shared_ptr<const DeviceUnit>;

// What a program is linked of: the unit with the kernel first, and the allocator's where that is another.
using ProgramUnits = llvm::SmallVector<SharedUnit, 2>;

}  // namespace straylane
