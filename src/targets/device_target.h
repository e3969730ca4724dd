#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "targets/worker/worker_target.h"

namespace straylane {

// How one kind of DeviceTarget differs from another.
struct DeviceWorker {
  TargetInfo info;                 // what the target says of itself; without the kernel, and what the worker says
  std::string not_there;           // the error if there is no worker program, with what makes it
  WorkerProcess::Command command;  // its only argument is the file name of the worker program
};

// A target whose worker builds and launches CUDA C++: the factory kernel (src/program/factory/device), planted ones, or
// a user's (docs/kernels.md).
class DeviceTarget final : public WorkerTarget {
 public:
  // Starts the worker for the factory kernel, or for the user's at `kernel`. `folder` has the worker program and its
  // sources; an empty one means that there is no worker. Errors:
  //   kUnsupported  there is no worker, or it cannot build anything here
  //   kUsage        the user's kernel is no readable file FILE.cu, or one of more than kKernelBytesMax bytes
  //   kMalformed    the user's kernel cannot be built
  // For the last two, the first line of the message has its path.
  static Expected<std::unique_ptr<Target>> open(DeviceWorker worker, const std::string& folder,
                                                const std::string& kernel);

 private:
  DeviceTarget(DeviceWorker worker, std::string folder, std::string kernel)
      : worker_(std::move(worker)), folder_(std::move(folder)), kernel_(std::move(kernel)) {}
  Expected<WorkerProcess::Command> command_for(const Kind& kind) const override;

  DeviceWorker worker_;
  std::string folder_;
  std::string kernel_;  // path of the user's kernel, or empty
};

// Opens the target host: CUDA C++ that is built at run time for the CPU and run under the interleaver. Its worker is
// straylane_host_worker, which contains clang and LLVM. They must not share a process with an interpreter that embeds
// another LLVM. Findings of this target say nothing about a GPU. Errors: those of DeviceTarget::open.
Expected<std::unique_ptr<Target>> open_host_target(const TargetOptions& options);

// The same for tests: `folder` has the worker program and its sources. An empty one means that there is no worker.
Expected<std::unique_ptr<Target>> open_host_target_in(const std::string& folder, const TargetOptions& options = {});

// Opens the target cuda: CUDA C++ on a GPU. The worker straylane_cuda_worker builds it with NVRTC and nvJitLink and
// launches it with the driver. The worker opens all three at run time, so building Straylane needs none of them, and a
// crash in them ends only the worker. The schedule is the GPU's. With a toolkit but no GPU, cases are built for several
// architectures and not launched; then info().cannot_launch says why, and no verdict is a pass. Errors: those of
// DeviceTarget::open.
Expected<std::unique_ptr<Target>> open_cuda_target(const TargetOptions& options);

// The same for tests: also takes the folder of the worker program and its sources, and variables to add to the worker's
// environment.
Expected<std::unique_ptr<Target>> open_cuda_target_in(const std::string& folder,
                                                      std::vector<std::pair<std::string, std::string>> environment,
                                                      const TargetOptions& options = {});

// Returns the path of the worker program; empty if it is not beside this program. With --probe, the worker lists what
// it finds.
std::string cuda_worker_program();

}  // namespace straylane
