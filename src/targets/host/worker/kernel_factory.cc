#include "targets/host/worker/kernel_factory.h"

#include "program/factory/device_call.h"

namespace straylane {

static tl::unexpected<BuildError> unresolved(const char* symbol, const SharedSource& source) {
  return tl::unexpected<BuildError>(LinkError{LinkError::Kind::kUnresolvedSymbol, symbol, source->path, ""});
}

tl::expected<SharedUnit, BuildError> AllocatorFactory::build() const {
  auto unit = builder.unit(source, define);
  if (unit && !(*unit)->has_allocator) return unresolved(kAllocatorSymbol, source);
  return unit;
}

Kernel::~Kernel() {
  if (program_) builder_.give_back(std::move(program_));
}

tl::expected<Kernel, BuildError> KernelFactory::build() const {
  auto allocating = allocator.build();
  if (!allocating) return tl::unexpected(allocating.error());
  auto kernel = builder.unit(source, allocator.define);
  if (!kernel) return tl::unexpected(kernel.error());
  if (!(*kernel)->has_kernel) return unresolved(kKernelSymbol, source);
  const bool is_other = *allocating != *kernel;
  const bool has_two = is_other && ((*kernel)->calls_allocator || (*kernel)->has_allocator);
  ProgramUnits units = {std::move(*kernel)};
  if (has_two) units.push_back(std::move(*allocating));
  auto program = builder.acquire(std::move(units));
  if (!program) return tl::unexpected(program.error());
  return Kernel(builder, std::move(*program));
}

}  // namespace straylane
