#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "targets/cuda/worker/cubin_builder.h"
#include "targets/cuda/worker/cuda_context.h"
#include "targets/cuda/worker/gpu.h"
#include "targets/worker/protocol.h"

namespace straylane {

// Builds and launches cases, one after another, in the worker's process. The schedule of a case is not looked at: on a
// GPU it is nobody's to choose.
class CudaCaseRunner {
 public:
  // folder   of the worker program, with `device` and `planted` beside it
  // program  "factory", or the name of planted/NAME.cu or planted/NAME_allocator.cu, or of both, which then stand for
  //          kernel.cu and allocator.cu; what cases call the user's kernel where there is one
  // user_file path of the user's kernel (docs/kernels.md), whose parts then stand for ours; empty: none
  // The greeting has an error where nothing can be built, and says why where nothing can be launched. A program that
  // does not build is no error here: that is for the cases to find. A user's that does not is one.
  worker_protocol::Hello start(const std::string& folder, const std::string& program, const std::string& user_file);

  // Builds every call of the case, and launches it where there is a GPU; ends at the first that fails. A build that
  // fails, an error of the driver and a write beside the output are what the launching thread got (`raised`).
  worker_protocol::WireRun run(const Case& c);

 private:
  using Launch = worker_protocol::WireRun::Launch;

  // Why nothing can be launched; empty where it can.
  std::string open_gpu();
  // Puts the user's parts into `sources`; false, with the error in `hello`, where it cannot be built.
  bool take_user_kernel(const std::string& path, const std::string& name, CudaProgram& sources,
                        worker_protocol::Hello& hello) const;
  Launch build_and_launch(std::uint32_t number, const DeviceCall& call, worker_protocol::WireRun& run);

  std::optional<Toolkit> toolkit_;
  std::optional<Driver> driver_;
  Gpu gpu_;
  std::unique_ptr<CudaContext> context_;  // none where nothing can be launched
  std::string cannot_launch_;
  std::vector<int> archs_;  // what is built for
  std::unique_ptr<CubinBuilder> builder_;
};

}  // namespace straylane
