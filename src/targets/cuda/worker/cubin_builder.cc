#include "targets/cuda/worker/cubin_builder.h"

#include <algorithm>

#include "domain/settings.h"

namespace straylane {

tl::expected<std::shared_ptr<const Cubin>, BuildError> CubinBuilder::build(int arch, std::int64_t buffer_size) {
  // NVRTC and nvJitLink take a local array of any size, and above the bound it wraps without an error.
  if (auto valid = validate(Settings{.buffer_size = buffer_size}); !valid) {
    return tl::unexpected(BuildError{BuildError::Kind::kBufferSize, valid.error().message, {}});
  }
  const Key key{arch, buffer_size};
  const auto known = std::find_if(cubins_.begin(), cubins_.end(), [&key](const auto& c) { return c.first == key; });
  if (known != cubins_.end()) {
    cubins_.splice(cubins_.begin(), cubins_, known);
    return cubins_.front().second;
  }
  ++made_;
  auto cubin = make(arch, buffer_size);
  if (!cubin) {
    ++failed_;
    return tl::unexpected(cubin.error());
  }
  cubins_.emplace_front(key, std::make_shared<const Cubin>(std::move(*cubin)));
  if (cubins_.size() > kCubinsMax) cubins_.pop_back();
  return cubins_.front().second;
}

tl::expected<const LtoIr*, BuildError> CubinBuilder::kernel_for(int arch, std::int64_t buffer_size) {
  if (program_.kernel_by_size) kernels_.erase(arch);
  auto kernel = kernels_.find(arch);
  if (kernel == kernels_.end()) {
    const auto size = program_.kernel_by_size ? std::optional(buffer_size) : std::nullopt;
    auto compiled = compile_lto_ir(toolkit_, program_.kernel, program_.header, arch, size);
    if (!compiled) return tl::unexpected(compiled.error());
    kernel = kernels_.emplace(arch, std::move(*compiled)).first;
  }
  return &kernel->second;
}

tl::expected<Cubin, BuildError> CubinBuilder::make(int arch, std::int64_t buffer_size) {
  const auto kernel = kernel_for(arch, buffer_size);
  if (!kernel) return tl::unexpected(kernel.error());
  if (program_.kernel_alone) return link_cubin(toolkit_, {{program_.kernel.name, **kernel}}, arch);
  const auto allocator = compile_lto_ir(toolkit_, program_.allocator, program_.header, arch, buffer_size);
  if (!allocator) return tl::unexpected(allocator.error());
  return link_cubin(toolkit_, {{program_.kernel.name, **kernel}, {program_.allocator.name, *allocator}}, arch);
}

}  // namespace straylane
