#include "targets/cuda/worker/cubin_builder.h"

#include <algorithm>

namespace straylane {

tl::expected<std::shared_ptr<const Cubin>, BuildError> CubinBuilder::build(int arch, const Define& define) {
  const Key key{arch, define};
  const auto known = std::find_if(cubins_.begin(), cubins_.end(), [&key](const auto& c) { return c.first == key; });
  if (known != cubins_.end()) {
    cubins_.splice(cubins_.begin(), cubins_, known);
    return cubins_.front().second;
  }
  ++made_;
  auto cubin = make(arch, define);
  if (!cubin) {
    ++failed_;
    return tl::unexpected(cubin.error());
  }
  cubins_.emplace_front(key, std::make_shared<const Cubin>(std::move(*cubin)));
  if (cubins_.size() > kCubinsMax) cubins_.pop_back();
  return cubins_.front().second;
}

tl::expected<const LtoIr*, BuildError> CubinBuilder::kernel_for(int arch, const Define& define) {
  if (program_.kernel_defined) kernels_.erase(arch);
  auto kernel = kernels_.find(arch);
  if (kernel == kernels_.end()) {
    const auto its_define = program_.kernel_defined ? std::optional(define) : std::nullopt;
    auto compiled = compile_lto_ir(toolkit_, program_.kernel, program_.header, arch, its_define);
    if (!compiled) return tl::unexpected(compiled.error());
    kernel = kernels_.emplace(arch, std::move(*compiled)).first;
  }
  return &kernel->second;
}

tl::expected<Cubin, BuildError> CubinBuilder::make(int arch, const Define& define) {
  const auto kernel = kernel_for(arch, define);
  if (!kernel) return tl::unexpected(kernel.error());
  if (program_.kernel_alone) return link_cubin(toolkit_, {{program_.kernel.name, **kernel}}, arch);
  const auto allocator = compile_lto_ir(toolkit_, program_.allocator, program_.header, arch, define);
  if (!allocator) return tl::unexpected(allocator.error());
  return link_cubin(toolkit_, {{program_.kernel.name, **kernel}, {program_.allocator.name, *allocator}}, arch);
}

}  // namespace straylane
