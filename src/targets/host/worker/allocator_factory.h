#pragma once

#include "targets/host/worker/program_builder.h"

namespace straylane {

// Builds the device function that hands a local array to the kernel: a unit of its own, not yet bound into a kernel.
class AllocatorFactory {
 public:
  // source  defines straylane_allocate: program/factory/device/allocator.cu, or a user's file
  AllocatorFactory(ProgramBuilder& builder, SharedSource source, const Define& define)
      : builder_(builder), source_(std::move(source)), define_(define) {}

  const Define& define() const { return define_; }
  // CompileError; LinkError where the source does not keep the contract.
  tl::expected<SharedUnit, BuildError> build() const;

 private:
  ProgramBuilder& builder_;
  SharedSource source_;
  Define define_;
};

}  // namespace straylane
