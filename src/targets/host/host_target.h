#pragma once

#include <memory>

#include "targets/worker/worker_target.h"

namespace straylane {

// The CUDA C++ factory kernel (src/program/factory/device), built at run time for the CPU and run under the interleaver. A
// worker is the program straylane_host_worker, which has clang and LLVM in it: they and an interpreter that embeds
// another LLVM never meet in one process. What it finds says nothing about a GPU.
class HostTarget final : public WorkerTarget {
 public:
  // Starts the worker of the factory kernel, or of the user's at `options.kernel` (docs/kernels.md). kUnsupported with
  // what to install where the worker was not built; kUsage and kMalformed for a kernel that cannot be read or built,
  // with its path in the first line.
  static Expected<std::unique_ptr<Target>> open(const TargetOptions& options = {});

  // The same with the folder in which the worker program and its sources stand, for tests; an empty one is none.
  static Expected<std::unique_ptr<Target>> open(std::string folder, const TargetOptions& options = {});

 private:
  HostTarget(std::string folder, std::string kernel) : folder_(std::move(folder)), kernel_(std::move(kernel)) {}
  Expected<WorkerProcess::Command> command_for(const Kind& kind) const override;

  std::string folder_;
  std::string kernel_;  // path of the user's kernel, or empty
};

}  // namespace straylane
