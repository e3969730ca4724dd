#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "targets/cuda/worker/gpu.h"
#include "targets/worker/protocol.h"

namespace straylane {

// Builds and launches cases, one after another, in the worker's process. Ignores the schedule of a case, because nobody
// can choose the schedule of a GPU.
class CudaCaseRunner {
 public:
  // Opens toolkit and GPU, and reads the sources.
  //
  //   folder     folder of the worker program, which has `device` and `planted` beside it
  //   program    "factory"; or the name of planted/NAME.cu, planted/NAME_allocator.cu, or both, which then replace
  //              kernel.cu and allocator.cu; or what cases call the user's kernel
  //   user_file  path of the user's kernel (docs/kernels.md), whose parts replace ours; empty: none
  //
  // The greeting has an error if nothing can be built, and a reason if nothing can be launched. It also has an error if
  // the user's kernel does not build. For any other program that does not build, the cases show it.
  worker_protocol::Hello start(const std::string& folder, const std::string& program, const std::string& user_file);

  // Builds every call of the case, and launches it if there is a GPU. Stops at the first call that fails. A failed
  // build, a driver error and a write beside the output become the exception of the launching thread (`raised`).
  // Nothing of `options` applies to a GPU.
  worker_protocol::WireRun run(const Case& c, const RunOptions& options);

 private:
  using Launch = worker_protocol::WireRun::Launch;

  // Does the work of `start`. Throws std::runtime_error with the error of the greeting.
  void prepare(const std::filesystem::path& folder, const std::string& program, const std::string& user_file,
               worker_protocol::Hello& hello);
  // Returns why nothing can be launched; empty if launching works.
  std::string open_gpu();
  Launch build_and_launch(std::uint32_t number, const DeviceCall& call, worker_protocol::WireRun& run);

  std::optional<Toolkit> toolkit_;
  std::optional<Driver> driver_;
  Gpu gpu_;
  std::unique_ptr<CudaContext> context_;  // null if nothing can be launched
  std::string cannot_launch_;
  std::vector<int> archs_;  // to build for
  std::unique_ptr<CubinBuilder> builder_;
};

}  // namespace straylane
