// fuzz_launch: opens any target by its name. Device code runs in a worker process, so it has no counters here.
#include "campaign/engine_variables.h"
#include "fuzz/fuzz_target.h"
#include "targets/registry.h"

namespace straylane {

Expected<std::unique_ptr<Target>> open_fuzz_target() {
  TargetOptions options;
  options.python = environment(engine_variable::kPython, options.python);
  options.kernel = environment(engine_variable::kKernel, "");
  return open_target(environment(engine_variable::kTarget, needed_target(!options.kernel.empty()).name), options);
}

void finish_run() {}

}  // namespace straylane
