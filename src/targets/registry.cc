#include "targets/registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "targets/cuda/cuda_target.h"
#include "targets/host/host_target.h"
#include "targets/numba/numba_target.h"
#include "targets/pooled_target.h"

namespace straylane {
namespace {

std::vector<TargetKind>& kinds() {
  static std::vector<TargetKind> all = {
      {.name = "numba", .needed = true, .fuzz_binary = "fuzz_launch", .exports = "pytest", .open = NumbaTarget::open},
      {.name = "host",
       .takes_kernels = true,
       .needed_for_kernels = true,
       .fuzz_binary = "fuzz_host",
       .fuzzed_in_process = true,
       .packages = "llvm-19-dev libclang-19-dev clang-19",
       .exports = "gtest",
       .open = [](const TargetOptions& options) { return HostTarget::open(options); }},
      {.name = "cuda", .takes_kernels = true, .fuzz_binary = "fuzz_launch", .open = [](const TargetOptions& options) {
         return CudaTarget::open(options);
       }}};
  return all;
}

}  // namespace

const std::vector<TargetKind>& target_kinds() { return kinds(); }

const TargetKind* find_target_kind(const std::string& name) {
  const auto found = std::find_if(kinds().begin(), kinds().end(), [&](const TargetKind& k) { return k.name == name; });
  return found == kinds().end() ? nullptr : &*found;
}

void add_target_kind(TargetKind kind) { kinds().push_back(std::move(kind)); }

std::string target_names_text() {
  std::string text;
  for (const TargetKind& kind : kinds()) text += (text.empty() ? "" : ", ") + kind.name;
  return text;
}

const TargetKind& needed_target(bool with_kernel) {
  return *std::find_if(kinds().begin(), kinds().end(),
                       [&](const TargetKind& k) { return with_kernel ? k.needed_for_kernels : k.needed; });
}

Expected<std::unique_ptr<Target>> open_target(const std::string& name, const TargetOptions& options,
                                              std::uint32_t jobs) {
  if (jobs > 1) return PooledTarget::open([&] { return open_target(name, options); }, jobs);
  const TargetKind* kind = find_target_kind(name);
  if (kind == nullptr) {
    return make_error(ErrorCode::kUsage,
                      fmt::format("target \"{}\", must be one of {}, or all", name, target_names_text()));
  }
  if (!options.kernel.empty() && !kind->takes_kernels) {
    return make_error(ErrorCode::kUsage,
                      fmt::format("{}: target {} runs no CUDA C++, a kernel of your own needs --target {}",
                                  options.kernel, name, needed_target(true).name));
  }
  return kind->open(options);
}

}  // namespace straylane
