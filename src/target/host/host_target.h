#pragma once

#include <memory>

#include "target/worker/worker_target.h"

namespace straylane {

// The CUDA C++ factory kernel (src/factory/device), built at run time for the CPU and run under the interleaver. A
// worker is the program straylane_host_worker, which has clang and LLVM in it: they and an interpreter that embeds
// another LLVM never meet in one process. What it finds says nothing about a GPU.
class HostTarget final : public WorkerTarget {
 public:
  // Starts the worker of the factory kernel; kUnsupported with what to install where the worker was not built.
  static Expected<std::unique_ptr<Target>> open();

  // The same with the folder in which the worker program and its sources stand, for tests; an empty one is none.
  static Expected<std::unique_ptr<Target>> open(std::string folder);

 private:
  explicit HostTarget(std::string folder) : folder_(std::move(folder)) {}
  Expected<WorkerProcess::Command> command_for(const Kind& kind) const override;

  std::string folder_;
};

}  // namespace straylane
