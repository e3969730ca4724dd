#pragma once

#include <vector>

#include "oracle/oracle.h"

namespace straylane {

// All oracles in the order in which they judge: what makes later ones meaningless comes first. Add one here.
const std::vector<const Oracle*>& all_oracles();

// The verdict on a run: the first oracle that holds something against it decides. A refused replay is discarded, with
// the refusal as reason: it was not the run that was asked for. A case that was built only and not launched is
// unsupported where its builds succeeded, never a pass.
Verdict judge(const Case& c, const Observation& observation);

}  // namespace straylane
