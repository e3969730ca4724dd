#pragma once

#include <llvm/IR/Module.h>

#include "targets/host/worker/device_coverage.h"

namespace straylane {

// Counts every edge of the control flow (every block, once critical edges are split, but for one where all ways meet
// again: it says nothing that they have not said), and reports the operands of comparisons of integers and of switches.
// Two kinds are left out: what only ends a loop; and what asks on which side of something the thread's index
// is, such as the guard of a kernel, since the threads of one launch are at every distance from it.
//
// Run behind the other passes, which would take a counter for device memory, and before optimisation, which makes
// branches into selects.
void coverage_pass(llvm::Module& module, DeviceCoverage& coverage);

}  // namespace straylane
