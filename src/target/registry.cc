#include "target/registry.h"

#include <fmt/format.h>

#include "target/cuda/cuda_target.h"
#include "target/host/host_target.h"
#include "target/numba/numba_target.h"

namespace straylane {
const std::vector<std::string>& target_names() {
  static const std::vector<std::string> names = {"numba", "host", "cuda"};
  return names;
}

Expected<std::unique_ptr<Target>> open_target(const std::string& name, const TargetOptions& options) {
  if (name == "numba") return NumbaTarget::open(options);
  if (name == "host") return HostTarget::open();
  if (name == "cuda") return CudaTarget::open();
  return make_error(ErrorCode::kUsage, fmt::format("target \"{}\", must be numba, host, cuda or all", name));
}

}  // namespace straylane
