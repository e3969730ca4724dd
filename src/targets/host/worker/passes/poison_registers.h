#pragma once

#include <llvm/IR/Module.h>

namespace straylane {

// Local variables that will be registers begin with the poison of buffer.h, so that one which is read before it was
// written shows up, and is the same in every run. Run before mem2reg, which would make it undefined.
void poison_registers_pass(llvm::Module& module);

}  // namespace straylane
