#pragma once

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/Module.h>

#include "targets/host/worker/device_coverage.h"
#include "targets/host/worker/device_sites.h"

namespace straylane {

// What is done to the module of a device source, in this order. All of it comes before any optimisation, which would
// merge accesses and lose names.

// Metadata on a global variable that was __shared__.
inline constexpr const char* kSharedMetadata = "straylane.shared";

// Turns NVPTX IR into IR for this machine: one address space, the host's layout, no attributes of the GPU. Variables
// keep their names. Shared variables get kSharedMetadata and a zero initialiser; a launch poisons them.
void retarget(llvm::Module& module, llvm::orc::LLJIT& jit);

// Gives local variables that will become registers the poison of buffer.h as their first value. So reading one before
// it is written shows, in the same way in every run.
//
// Precondition: mem2reg has not run, since it makes such a value undefined.
void poison_registers_pass(llvm::Module& module);

// Inlines functions that ask for it, and moves local scalars into registers (mem2reg).
void normalise(llvm::Module& module);

// Takes every local variable that is not a register from the runtime, which poisons it and knows its bounds and its
// name. This also keeps it off the stack: a local array may be as large as the stack of a fiber.
void local_memory_pass(llvm::Module& module);

// Calls the runtime before every access to memory, and writes the number of its site into every barrier. A call names
// the pointer that the address was computed from. So the runtime can check the address against the bounds of the right
// buffer, even through function calls. If other threads can see the memory, the call is a yield point.
//
// Precondition: local_memory_pass has run.
void memory_accesses_pass(llvm::Module& module, DeviceSites& sites);

// Tells the runtime which threads passed the kernel's early return: the ones that enter the allocator.
void guard_mark_pass(llvm::Module& module);

// Counts every edge of the control flow, and reports the operands of comparisons of integers and of switches. An edge
// is a block once critical edges are split. A block where all ways meet again is not counted, since it says nothing
// new. Two kinds of comparisons are left out. The first only end a loop. The second compare the thread's index with a
// bound, such as the guard of a kernel: the threads of one launch are at every distance from it.
//
// Precondition: the passes above have run, since they would take a counter for device memory.
void coverage_pass(llvm::Module& module, DeviceCoverage& coverage);

// Makes every round of a loop take one from a count that the runtime fills for each thread, and tells the runtime when
// the count is used up. So an endless loop ends its thread at the same round in every run, whatever the wall time.
void loop_fuel_pass(llvm::Module& module);

// Optimises the linked program at -O1.
void optimise(llvm::Module& module);

}  // namespace straylane
