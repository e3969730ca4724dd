#include "os/beside_program.h"
#include "targets/device_target.h"

namespace straylane {

std::string cuda_worker_program() { return beside_program("cuda/straylane_cuda_worker").string(); }

Expected<std::unique_ptr<Target>> open_cuda_target(const TargetOptions& options) {
  return open_cuda_target_in(std::filesystem::path(cuda_worker_program()).parent_path(), {}, options);
}

Expected<std::unique_ptr<Target>> open_cuda_target_in(const std::string& folder,
                                                      std::vector<std::pair<std::string, std::string>> environment,
                                                      const TargetOptions& options) {
  return DeviceTarget::open(
      {.info = {.name = "cuda",
                .controlled = false,
                .cannot_confirm = "its compiler and driver are the stock system",
                .names_threads = false,
                .notes = {"the schedule is the GPU's own: that of a case is ignored, threads are not observed"}},
       .not_there = "straylane_cuda_worker is not beside the program; build it again",
       // The driver reserves more address space than the machine has memory.
       .command = {.arguments = {"straylane_cuda_worker"},
                   .environment = std::move(environment),
                   .address_space_limited = false}},
      folder, options.kernel);
}

}  // namespace straylane
