// fuzz_launch: any target, by its name. What runs is in a worker process, so there are no counters of it.
#include "fuzz/fuzz_target.h"
#include "targets/registry.h"

namespace straylane {

Expected<std::unique_ptr<Target>> open_fuzz_target() {
  TargetOptions options;
  options.python = environment("STRAYLANE_PYTHON", options.python);
  options.kernel = environment("STRAYLANE_KERNEL", "");
  return open_target(environment("STRAYLANE_TARGET", options.kernel.empty() ? "numba" : "host"), options);
}

void on_run_end() {}

}  // namespace straylane
