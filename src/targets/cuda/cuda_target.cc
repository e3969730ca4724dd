#include "targets/cuda/cuda_target.h"

#include <fmt/format.h>

#include <filesystem>

#include "os/beside_program.h"
#include "targets/device_sources.h"
#include "targets/kernel_file.h"

namespace straylane {
namespace {

constexpr const char* kWorker = "straylane_cuda_worker";

}  // namespace

std::string cuda_worker_program() { return beside_program(std::string("cuda/") + kWorker).string(); }

Expected<std::unique_ptr<Target>> CudaTarget::open(const TargetOptions& options) {
  return open(std::filesystem::path(cuda_worker_program()).parent_path(), {}, options);
}

Expected<std::unique_ptr<Target>> CudaTarget::open(std::string folder, Environment environment,
                                                   const TargetOptions& options) {
  if (folder.empty()) {
    return make_error(ErrorCode::kUnsupported, fmt::format("{} is not beside the program; build it again", kWorker));
  }
  auto kernel = kernel_file(options.kernel);
  if (!kernel) return tl::unexpected(kernel.error());
  std::unique_ptr<CudaTarget> target(new CudaTarget(std::move(folder), std::move(environment), options.kernel));
  auto started =
      target->start({.name = "cuda",
                     .controlled = false,
                     .cannot_confirm = "its compiler and driver are the stock system",
                     .names_threads = false,
                     .notes = {"the schedule is the GPU's own: that of a case is ignored, threads are not observed"},
                     .kernel = std::move(*kernel)});
  if (!started) return tl::unexpected(started.error());
  target->info_.sources = device_sources(target->info_.kernel);
  return target;
}

Expected<WorkerProcess::Command> CudaTarget::command_for(const Kind& kind) const {
  if (kind.second != Granularity::kSwitch) {
    return make_error(ErrorCode::kUnsupported,
                      fmt::format("granularity \"{}\" is one of an interpreter; target cuda has no yield points",
                                  to_string(kind.second)));
  }
  WorkerProcess::Command command;
  command.arguments = {(std::filesystem::path(folder_) / kWorker).string(), WorkerProcess::kSocketArgument, folder_,
                       kind.first};
  if (!kernel_.empty()) command.arguments.push_back(kernel_);
  command.environment = environment_;
  // The driver reserves more address space than a machine has memory.
  command.address_space_limited = false;
  return command;
}

}  // namespace straylane
