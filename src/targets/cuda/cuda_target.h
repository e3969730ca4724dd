#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "targets/worker/worker_target.h"

namespace straylane {

// The CUDA C++ factory kernel (src/program/factory/device) on a GPU: built by NVRTC and nvJitLink, launched by the
// driver, all of which a worker opens at run time (straylane_cuda_worker), so that neither is needed to build Straylane
// and a crash in them is a crash of the worker. The schedule is the GPU's. Where there is a toolkit and no GPU, cases are
// built for several architectures and not launched: info().cannot_launch says why, and no verdict is a pass.
class CudaTarget final : public WorkerTarget {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  // Starts the worker of the factory kernel, or of the user's at `options.kernel` (docs/kernels.md). kUnsupported with
  // what is missing where not even a build can be made; kUsage and kMalformed for a kernel that cannot be read or
  // built.
  static Expected<std::unique_ptr<Target>> open(const TargetOptions& options = {});

  // The same with the folder in which the worker program and its sources are, and with what is added to the worker's
  // environment, for tests.
  static Expected<std::unique_ptr<Target>> open(std::string folder, Environment environment,
                                                const TargetOptions& options = {});

 private:
  CudaTarget(std::string folder, Environment environment, std::string kernel)
      : folder_(std::move(folder)), environment_(std::move(environment)), kernel_(std::move(kernel)) {}
  Expected<WorkerProcess::Command> command_for(const Kind& kind) const override;

  std::string folder_;
  Environment environment_;
  std::string kernel_;  // path of the user's kernel, or empty
};

// The worker program, which says with --probe what is there; an empty path where it is not beside this program.
std::string cuda_worker_program();

}  // namespace straylane
