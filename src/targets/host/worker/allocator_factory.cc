#include "targets/host/worker/allocator_factory.h"

#include "targets/host/worker/kernel_contract.h"

namespace straylane {

tl::expected<SharedUnit, BuildError> AllocatorFactory::build() const {
  auto unit = builder_.unit(source_, define_);
  if (unit && !(*unit)->has_allocator) {
    return tl::unexpected<BuildError>(
        LinkError{LinkError::Kind::kUnresolvedSymbol, kAllocatorSymbol, source_->path, ""});
  }
  return unit;
}

}  // namespace straylane
