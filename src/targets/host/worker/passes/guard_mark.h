#pragma once

#include <llvm/IR/Module.h>

namespace straylane {

// Tells the runtime which threads get behind the kernel's early return: those that enter the allocator.
void guard_mark_pass(llvm::Module& module);

}  // namespace straylane
