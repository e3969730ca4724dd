#include "targets/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "targets/device_target.h"
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
       .open = open_host_target},
      {.name = "cuda", .takes_kernels = true, .fuzz_binary = "fuzz_launch", .open = open_cuda_target}};
  return all;
}

}  // namespace

const std::vector<TargetKind>& target_kinds() { return kinds(); }

const TargetKind* find_target_kind(const std::string& name) {
  const auto found = std::ranges::find(kinds(), name, &TargetKind::name);
  return found == kinds().end() ? nullptr : &*found;
}

void add_target_kind(TargetKind kind) { kinds().push_back(std::move(kind)); }

std::string target_names_text() {
  return fmt::format("{}", fmt::join(kinds() | std::views::transform(&TargetKind::name), ", "));
}

const TargetKind& needed_target(bool with_kernel) {
  return *std::ranges::find(kinds(), true, with_kernel ? &TargetKind::needed_for_kernels : &TargetKind::needed);
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
