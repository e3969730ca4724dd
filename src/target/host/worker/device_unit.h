#pragma once

#include <llvm/ADT/SmallVector.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace straylane {

// A device source, compiled and instrumented, not linked. Never changed once it is made, so that many kernels may have
// it in common.
struct DeviceUnit {
  using Symbols = std::set<std::string, std::less<>>;  // looked up without making a string

  std::string source;  // path, as it was given
  llvm::SmallVector<char, 0> bitcode;
  Symbols defines;  // symbols that other units see
  Symbols needs;    // symbols that it uses and does not define, those of the runtime left out

  bool has(std::string_view symbol) const { return defines.count(symbol) != 0; }
  bool calls(std::string_view symbol) const { return needs.count(symbol) != 0; }
};
using SharedUnit = std::shared_ptr<const DeviceUnit>;

}  // namespace straylane
