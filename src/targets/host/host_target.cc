#include "targets/host/host_target.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "os/beside_program.h"
#include "targets/device_sources.h"
#include "targets/kernel_file.h"

namespace straylane {

Expected<std::unique_ptr<Target>> HostTarget::open(const TargetOptions& options) {
  return open(beside_program("host/straylane_host_worker").parent_path(), options);
}

Expected<std::unique_ptr<Target>> HostTarget::open(std::string folder, const TargetOptions& options) {
  if (folder.empty()) {
    return make_error(ErrorCode::kUnsupported,
                      "built without LLVM and Clang 19; apt-get install llvm-19-dev libclang-19-dev clang-19, "
                      "and build again");
  }
  auto kernel = kernel_file(options.kernel);
  if (!kernel) return tl::unexpected(kernel.error());
  std::unique_ptr<HostTarget> target(new HostTarget(std::move(folder), options.kernel));
  auto started = target->start(
      {.name = "host",
       .cannot_confirm = "what host finds says nothing about a GPU",
       .sees_accesses = true,
       .canaries = CanarySet::kDevice,
       .notes = {"the CUDA C++ source is built by clang for the CPU: it is not what nvcc or NVRTC makes of it",
                 "yield points at accesses to global and shared memory, and at barriers; blocks run one after another",
                 "local and shared memory is poisoned; every access is checked against the bounds of its buffer"},
       .kernel = std::move(*kernel)});
  if (!started) return tl::unexpected(started.error());
  target->info_.sources = device_sources(target->info_.kernel);
  return target;
}

Expected<WorkerProcess::Command> HostTarget::command_for(const Kind& kind) const {
  if (kind.second != Granularity::kSwitch) {
    return make_error(ErrorCode::kUnsupported,
                      fmt::format("granularity \"{}\" is one of an interpreter; target host has \"{}\" only",
                                  to_string(kind.second), to_string(Granularity::kSwitch)));
  }
  WorkerProcess::Command command{{(std::filesystem::path(folder_) / "straylane_host_worker").string(),
                                  WorkerProcess::kSocketArgument, folder_, kind.first},
                                 {}};
  if (!kernel_.empty()) command.arguments.push_back(kernel_);
  return command;
}

}  // namespace straylane
