#include "targets/host/worker/kernel_factory.h"

#include "targets/host/worker/kernel_contract.h"

namespace straylane {

Kernel::~Kernel() {
  if (program_) builder_.give_back(std::move(program_));
}

tl::expected<bool, BuildError> Kernel::launch(DeviceRuntime& runtime, const Settings& settings) {
  if (auto invalid = first_invalid(settings)) return tl::unexpected<BuildError>(std::move(*invalid));
  if (settings.buffer_size != buffer_size_) {
    return tl::unexpected<BuildError>(
        InvalidSetting{"buffer_size", settings.buffer_size, buffer_size_, buffer_size_, "the kernel's own"});
  }
  return runtime.launch(*program_.value(), settings);
}

tl::expected<Kernel, BuildError> KernelFactory::build() const {
  auto allocator = allocator_.build();
  if (!allocator) return tl::unexpected(allocator.error());
  auto kernel = builder_.unit(source_, allocator->buffer_size);
  if (!kernel) return tl::unexpected(kernel.error());
  if (!(*kernel)->has_kernel) {
    return tl::unexpected<BuildError>(LinkError{LinkError::Kind::kUnresolvedSymbol, kKernelSymbol, source_->path, ""});
  }
  const bool is_other = allocator->unit != *kernel;
  const bool has_two = is_other && ((*kernel)->calls_allocator || (*kernel)->has_allocator);
  ProgramUnits units = {std::move(*kernel)};
  if (has_two) units.push_back(std::move(allocator->unit));
  auto program = builder_.acquire(std::move(units));
  if (!program) return tl::unexpected(program.error());
  return Kernel(builder_, std::move(*program), allocator->buffer_size);
}

}  // namespace straylane
