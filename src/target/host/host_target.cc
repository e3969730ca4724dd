#include "target/host/host_target.h"

#include <fmt/format.h>

#include <filesystem>

#include "target/beside_program.h"

namespace straylane {

Expected<std::unique_ptr<Target>> HostTarget::open() {
  return open(beside_program("host/straylane_host_worker").parent_path());
}

Expected<std::unique_ptr<Target>> HostTarget::open(std::string folder) {
  if (folder.empty()) {
    return make_error(ErrorCode::kUnsupported,
                      "built without LLVM and Clang 19; apt-get install llvm-19-dev libclang-19-dev, and build again");
  }
  std::unique_ptr<HostTarget> target(new HostTarget(std::move(folder)));
  auto started = target->start(
      "host", {"the CUDA C++ source is built by clang for the CPU: it is not what nvcc or NVRTC makes of it",
               "yield points at accesses to global and shared memory, and at barriers; blocks run one after another",
               "local and shared memory is poisoned; every access is checked against the bounds of its buffer"});
  if (!started) return tl::unexpected(started.error());
  return target;
}

Expected<WorkerProcess::Command> HostTarget::command_for(const Kind& kind) const {
  if (kind.second != Granularity::kSwitch) {
    return make_error(ErrorCode::kUnsupported,
                      fmt::format("granularity \"{}\" is one of an interpreter; target host has \"{}\" only",
                                  to_string(kind.second), to_string(Granularity::kSwitch)));
  }
  return WorkerProcess::Command{{(std::filesystem::path(folder_) / "straylane_host_worker").string(),
                                 WorkerProcess::kSocketArgument, folder_, kind.first},
                                {}};
}

}  // namespace straylane
