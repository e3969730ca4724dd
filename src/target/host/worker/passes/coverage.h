#pragma once

#include <llvm/IR/Module.h>

#include "target/host/worker/device_coverage.h"

namespace straylane {

// Counts every edge of the control flow (every block, once critical edges are split), and reports the operands of
// comparisons of integers and of switches, but not those that only end a loop. Run behind the other passes, which would
// take a counter for device memory, and before optimisation, which makes branches into selects.
void coverage_pass(llvm::Module& module, DeviceCoverage& coverage);

}  // namespace straylane
