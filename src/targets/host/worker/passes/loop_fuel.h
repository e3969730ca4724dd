#pragma once

#include <llvm/IR/Module.h>

namespace straylane {

// Every round of a loop takes one off a count that the runtime fills for each thread, and the runtime is told where it is
// used up: a loop for ever is an observation of that thread, the same in every run, and not a matter of wall time.
void loop_fuel_pass(llvm::Module& module);

}  // namespace straylane
