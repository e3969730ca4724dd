#include "targets/registry.h"

#include <fmt/format.h>

#include "targets/cuda/cuda_target.h"
#include "targets/host/host_target.h"
#include "targets/numba/numba_target.h"
#include "targets/pooled_target.h"

namespace straylane {
const std::vector<std::string>& target_names() {
  static const std::vector<std::string> names = {"numba", "host", "cuda"};
  return names;
}

Expected<std::unique_ptr<Target>> open_target(const std::string& name, const TargetOptions& options,
                                              std::uint32_t jobs) {
  if (jobs > 1) return PooledTarget::open([&] { return open_target(name, options); }, jobs);
  if (name == "numba" && !options.kernel.empty()) {
    return make_error(ErrorCode::kUsage,
                      fmt::format("{}: target numba runs no CUDA C++, a kernel of your own needs --target host or cuda",
                                  options.kernel));
  }
  if (name == "numba") return NumbaTarget::open(options);
  if (name == "host") return HostTarget::open(options);
  if (name == "cuda") return CudaTarget::open(options);
  return make_error(ErrorCode::kUsage, fmt::format("target \"{}\", must be numba, host, cuda or all", name));
}

}  // namespace straylane
