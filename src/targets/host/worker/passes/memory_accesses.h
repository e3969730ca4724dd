#pragma once

#include <llvm/IR/Module.h>

#include "order/access.h"
#include "targets/host/worker/device_sites.h"

namespace straylane {

// Puts a call of the runtime before every access to memory, and the number of its site into every barrier. The call
// names the pointer that the address was computed from, so that the runtime can hold the address against the bounds of
// the buffer that was meant, through function calls too; and it is the yield point where other threads can see the
// memory. Run after local_memory_pass and before optimisation, which would merge accesses and lose names.
void memory_accesses_pass(llvm::Module& module, DeviceSites& sites);

}  // namespace straylane
