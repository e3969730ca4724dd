#include "target/cuda/cuda_target.h"

#include <fmt/format.h>

#include <filesystem>

#include "target/beside_program.h"

namespace straylane {
namespace {

constexpr const char* kWorker = "straylane_cuda_worker";

}  // namespace

std::string cuda_worker_program() { return beside_program(std::string("cuda/") + kWorker).string(); }

Expected<std::unique_ptr<Target>> CudaTarget::open() {
  return open(std::filesystem::path(cuda_worker_program()).parent_path(), {});
}

Expected<std::unique_ptr<Target>> CudaTarget::open(std::string folder, Environment environment) {
  if (folder.empty()) {
    return make_error(ErrorCode::kUnsupported, fmt::format("{} is not beside the program; build it again", kWorker));
  }
  std::unique_ptr<CudaTarget> target(new CudaTarget(std::move(folder), std::move(environment)));
  auto started = target->start(
      "cuda", {"the schedule is the GPU's own: that of a case is ignored, threads are not observed"}, false);
  if (!started) return tl::unexpected(started.error());
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
  command.environment = environment_;
  // The driver reserves more address space than a machine has memory.
  command.address_space_limited = false;
  return command;
}

}  // namespace straylane
