#pragma once

#include <memory>
#include <string>
#include <vector>

#include "targets/target.h"

namespace straylane {

// Every target that there is, in the order in which they are run: "numba", "host", "cuda".
const std::vector<std::string>& target_names();

// kUsage for a name that is none, or a kernel that the target has no use for; kUnsupported with the reason, and what installs what is missing, where the target
// cannot run here. `jobs`: workers that share each batch of cases, see pooled_target.h.
Expected<std::unique_ptr<Target>> open_target(const std::string& name, const TargetOptions& options,
                                              std::uint32_t jobs = 1);

}  // namespace straylane
