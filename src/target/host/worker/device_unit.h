#pragma once

#include <llvm/ADT/SmallVector.h>

#include <memory>
#include <set>
#include <string>

namespace straylane {

// A device source, compiled and instrumented, not linked. Never changed once it is made, so that many kernels may have
// it in common.
struct DeviceUnit {
  std::string source;  // path, as it was given
  llvm::SmallVector<char, 0> bitcode;
  std::set<std::string> defines;  // symbols that other units see
  std::set<std::string> needs;    // symbols that it uses and does not define, those of the runtime left out

  bool has(const std::string& symbol) const { return defines.count(symbol) != 0; }
};
using SharedUnit = std::shared_ptr<const DeviceUnit>;

}  // namespace straylane
