#pragma once

#include <memory>
#include <string>
#include <utility>

#include "targets/worker/worker_target.h"

namespace straylane {

// Numba's own CUDA simulator under the interleaver. A worker is the interpreter under test, with our native module in
// it.
class NumbaTarget final : public WorkerTarget {
 public:
  // Starts the worker of the factory kernel. Error: kUnsupported, with the reason and what installs what is missing.
  static Expected<std::unique_ptr<Target>> open(const TargetOptions& options);

 private:
  explicit NumbaTarget(TargetOptions options) : options_(std::move(options)) {}
  Expected<WorkerProcess::Command> command_for(const Kind& kind) const override;
  std::string with_advice(const std::string& reason) const override;

  TargetOptions options_;
};

}  // namespace straylane
