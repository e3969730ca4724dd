#pragma once

#include <llvm/IR/Module.h>

namespace straylane {

// Every local variable that is not a register by now (run mem2reg first) comes from the runtime, which poisons it,
// knows its bounds and its name, and keeps it off the stack: a buffer may be as large as the stack of a fiber.
void local_memory_pass(llvm::Module& module);

}  // namespace straylane
