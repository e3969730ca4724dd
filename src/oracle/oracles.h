#pragma once

#include <span>
#include <vector>

#include "oracle/oracle.h"

namespace straylane {

// The oracles that hold of any program, in the order in which they judge: one that explains the others comes first.
// Add one here.
const std::vector<const Oracle*>& general_oracles();

// The verdict on a run. The first oracle that objects decides; `of_program` judge after the general ones, but before
// `module-state`. A refused replay is discarded, with the refusal as its reason: it was not the run that was asked for.
// A case that was only built, not launched, is unsupported if its builds succeeded; it never passes.
Verdict judge(const Case& c, const Observation& observation, std::span<const Oracle* const> of_program);

}  // namespace straylane
