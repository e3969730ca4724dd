#include "targets/host/worker/kernel_factory.h"

#include "targets/host/worker/kernel_contract.h"

namespace straylane {

Kernel::~Kernel() {
  if (program_) builder_.give_back(std::move(program_));
}

tl::expected<Kernel, BuildError> KernelFactory::build() const {
  auto allocator = allocator_.build();
  if (!allocator) return tl::unexpected(allocator.error());
  auto kernel = builder_.unit(source_, allocator_.define());
  if (!kernel) return tl::unexpected(kernel.error());
  if (!(*kernel)->has_kernel) {
    return tl::unexpected<BuildError>(LinkError{LinkError::Kind::kUnresolvedSymbol, kKernelSymbol, source_->path, ""});
  }
  const bool is_other = *allocator != *kernel;
  const bool has_two = is_other && ((*kernel)->calls_allocator || (*kernel)->has_allocator);
  ProgramUnits units = {std::move(*kernel)};
  if (has_two) units.push_back(std::move(*allocator));
  auto program = builder_.acquire(std::move(units));
  if (!program) return tl::unexpected(program.error());
  return Kernel(builder_, std::move(*program));
}

}  // namespace straylane
