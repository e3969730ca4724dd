#pragma once

#include "targets/host/worker/device_runtime.h"
#include "targets/host/worker/program_builder.h"

namespace straylane {

// Builds the device function that hands a local array to the kernel. The result is a unit of its own, not yet bound
// into a kernel.
struct AllocatorFactory {
  ProgramBuilder& builder;
  SharedSource source;  // defines straylane_allocate: program/factory/device/allocator.cu, or a user's file
  Define define;

  // Returns CompileError, or LinkError if the source breaks the contract.
  tl::expected<SharedUnit, BuildError> build() const;
};

// A kernel that can be launched. No other kernel has its program, and so its variables, until the destructor gives the
// program back. Must not outlive the builder.
class Kernel {
 public:
  Kernel(ProgramBuilder& builder, LentProgram program) : builder_(builder), program_(std::move(program)) {}
  Kernel(Kernel&&) = default;
  ~Kernel();

  // Launches it on `runtime`, between begin_case and drain. Returns false if no further launch must be made.
  // Precondition: `call` has the define that the kernel was built with.
  bool launch(DeviceRuntime& runtime, const DeviceCall& call) { return runtime.launch(*program_.value(), call); }

 private:
  ProgramBuilder& builder_;
  LentProgram program_;
};

// Builds the kernel and binds the allocator into it.
struct KernelFactory {
  ProgramBuilder& builder;
  // Defines straylane_kernel: program/factory/device/kernel.cu, or a user's file, which may also define the allocator.
  SharedSource source;
  AllocatorFactory allocator;

  // Returns the errors of the allocator, CompileError, or LinkError if the two do not make a kernel. A kernel that
  // calls no allocator is built without one.
  tl::expected<Kernel, BuildError> build() const;
};

}  // namespace straylane
