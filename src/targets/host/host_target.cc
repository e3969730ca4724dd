#include "os/beside_program.h"
#include "targets/device_target.h"

namespace straylane {

Expected<std::unique_ptr<Target>> open_host_target(const TargetOptions& options) {
  return open_host_target_in(beside_program("host/straylane_host_worker").parent_path(), options);
}

Expected<std::unique_ptr<Target>> open_host_target_in(const std::string& folder, const TargetOptions& options) {
  return DeviceTarget::open(
      {.info = {.name = "host",
                .cannot_confirm = "what host finds says nothing about a GPU",
                .sees_accesses = true,
                .canaries = CanarySet::kDevice,
                .notes = {"the CUDA C++ source is built by clang for the CPU: it is not what nvcc or NVRTC makes of it",
                          "yield points at accesses to global and shared memory, and at barriers; blocks run one after "
                          "another",
                          "local and shared memory is poisoned; every access is checked against the bounds of its "
                          "buffer"}},
       .not_there =
           "built without LLVM and Clang 19; apt-get install llvm-19-dev libclang-19-dev clang-19, and build again",
       .command = {.arguments = {"straylane_host_worker"}}},
      folder, options.kernel);
}

}  // namespace straylane
