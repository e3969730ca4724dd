#pragma once

#include "targets/host/worker/allocator_factory.h"
#include "targets/host/worker/device_runtime.h"
#include "targets/host/worker/program_builder.h"

namespace straylane {

// A kernel that can be launched. It has its program, and so the variables in it, for itself, and gives the program back
// for others when it is destroyed. Must not outlive the builder.
class Kernel {
 public:
  Kernel(ProgramBuilder& builder, LentProgram program) : builder_(builder), program_(std::move(program)) {}
  Kernel(Kernel&&) = default;
  ~Kernel();

  // Launches it on `runtime`, between begin_case and drain; false where later launches must not be made.
  // Precondition: `call` has the define that it was built with.
  bool launch(DeviceRuntime& runtime, const DeviceCall& call) { return runtime.launch(*program_.value(), call); }

 private:
  ProgramBuilder& builder_;
  LentProgram program_;
};

// Builds the kernel and binds the allocator into it.
class KernelFactory {
 public:
  // source  defines straylane_kernel: program/factory/device/kernel.cu, or a user's file, which may be the allocator's too
  KernelFactory(ProgramBuilder& builder, SharedSource source, AllocatorFactory allocator)
      : builder_(builder), source_(std::move(source)), allocator_(std::move(allocator)) {}

  // The errors of the allocator; CompileError; LinkError where the two are no kernel together. A kernel that calls no
  // allocator is built without one.
  tl::expected<Kernel, BuildError> build() const;

 private:
  ProgramBuilder& builder_;
  SharedSource source_;
  AllocatorFactory allocator_;
};

}  // namespace straylane
