#pragma once

#include <memory>
#include <string>

#include "targets/target.h"

namespace straylane {

// Opens the target that this binary fuzzes, with options from the environment (campaign/engine_variables.h). Each
// binary has one definition: open_by_name.cc for fuzz_launch, open_in_process.cc for fuzz_host.
Expected<std::unique_ptr<Target>> open_fuzz_target();

// Must be called after each run, before the engine looks at its counters.
void finish_run();

// The value of an environment variable, or `otherwise` if it is empty or not set.
std::string environment(const char* name, const std::string& otherwise);

}  // namespace straylane
