#pragma once

#include <cstdint>

#include "targets/host/worker/program_builder.h"

namespace straylane {

// An allocator that has been built: a device function of its own, not yet bound into a kernel.
struct Allocator {
  SharedUnit unit;
  std::int64_t buffer_size = 0;
};

// Builds the device function that allocates a local array of `buffer_size` floats.
class AllocatorFactory {
 public:
  // source  defines straylane_allocate: program/factory/device/allocator.cu, or a user's file
  AllocatorFactory(ProgramBuilder& builder, SharedSource source, std::int64_t buffer_size)
      : builder_(builder), source_(std::move(source)), buffer_size_(buffer_size) {}

  // InvalidSetting before anything is compiled; CompileError; LinkError where the source does not keep the contract.
  tl::expected<Allocator, BuildError> build() const;

 private:
  ProgramBuilder& builder_;
  SharedSource source_;
  std::int64_t buffer_size_;
};

}  // namespace straylane
