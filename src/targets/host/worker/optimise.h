#pragma once

#include <llvm/IR/Module.h>

namespace straylane {

// Inlines what asks for it, and puts local scalars into registers: what the passes of ours need to be run before them.
void normalise(llvm::Module& module);

// Optimises the linked program at -O1.
void optimise(llvm::Module& module);

}  // namespace straylane
