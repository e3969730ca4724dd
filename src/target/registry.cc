#include "target/registry.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "target/host/host_target.h"
#include "target/numba/numba_target.h"

namespace straylane {
namespace {

constexpr const char* kNotInThisRelease = "not in this release: nothing is run on a GPU yet";

// What stands between this machine and a GPU, for the message.
std::string missing_for_cuda() {
  void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver == nullptr) {
    return fmt::format("no NVIDIA driver here (libcuda.so.1 is missing; Debian's package is libcuda1), and {}",
                       kNotInThisRelease);
  }
  dlclose(driver);
  return kNotInThisRelease;
}

}  // namespace

const std::vector<std::string>& target_names() {
  static const std::vector<std::string> names = {"numba", "host", "cuda"};
  return names;
}

Expected<std::unique_ptr<Target>> open_target(const std::string& name, const TargetOptions& options) {
  if (name == "numba" && !options.kernel.empty()) {
    return make_error(
        ErrorCode::kUsage,
        fmt::format("{}: target numba runs no CUDA C++, a kernel of your own needs --target host", options.kernel));
  }
  if (name == "numba") return NumbaTarget::open(options);
  if (name == "host") return HostTarget::open(options);
  if (name == "cuda") return make_error(ErrorCode::kUnsupported, missing_for_cuda());
  return make_error(ErrorCode::kUsage, fmt::format("target \"{}\", must be numba, host, cuda or all", name));
}

}  // namespace straylane
