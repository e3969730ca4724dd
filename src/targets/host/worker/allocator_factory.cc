#include "targets/host/worker/allocator_factory.h"

#include "targets/host/worker/kernel_contract.h"

namespace straylane {

tl::expected<Allocator, BuildError> AllocatorFactory::build() const {
  Settings settings;
  settings.buffer_size = buffer_size_;
  if (auto invalid = first_invalid(settings)) return tl::unexpected<BuildError>(std::move(*invalid));
  auto unit = builder_.unit(source_, buffer_size_);
  if (!unit) return tl::unexpected(unit.error());
  if (!(*unit)->has_allocator) {
    return tl::unexpected<BuildError>(
        LinkError{LinkError::Kind::kUnresolvedSymbol, kAllocatorSymbol, source_->path, ""});
  }
  return Allocator{std::move(*unit), buffer_size_};
}

}  // namespace straylane
