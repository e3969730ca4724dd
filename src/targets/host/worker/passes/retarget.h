#pragma once

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/Module.h>

namespace straylane {

// Metadata on a global variable that was __shared__.
inline constexpr const char* kSharedMetadata = "straylane.shared";

// NVPTX IR to IR of this machine: one address space, the host's layout, no target attributes. Variables keep their
// name; shared ones get kSharedMetadata and a zero initialiser (a launch poisons them).
void retarget(llvm::Module& module, llvm::orc::LLJIT& jit);

}  // namespace straylane
