#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "target/host/worker/device_compiler.h"
#include "target/host/worker/device_coverage.h"
#include "target/host/worker/device_program.h"
#include "target/host/worker/device_sites.h"

namespace straylane {

// Builds the program of a buffer_size: compiles the allocator for it and links it with the kernel, which has been
// compiled once. The last `programs_max` programs are kept.
class ProgramBuilder {
 public:
  struct Options {
    std::size_t programs_max = 256;
    DeviceCoverage* coverage = nullptr;  // outlives the builder; null for code without counters
  };
  template <class T>
  using Built =
      tl::expected<T, std::string>;  // the error is text for people, with "file:line:column: " where it has one

  // Compiles the kernel. `sites` must outlive the builder.
  static Built<std::unique_ptr<ProgramBuilder>> make(DeviceCompiler compiler, DeviceSource kernel,
                                                     DeviceSource allocator, DeviceSites& sites,
                                                     const Options& options);

  // Valid until the next call.
  Built<DeviceProgram*> build(std::int64_t buffer_size);

 private:
  ProgramBuilder(DeviceCompiler compiler, DeviceSource allocator, DeviceSites& sites, const Options& options)
      : compiler_(std::move(compiler)), allocator_(std::move(allocator)), sites_(sites), options_(options) {}

  Built<std::unique_ptr<llvm::Module>> compile(const DeviceSource& source, const std::vector<std::string>& defines,
                                               llvm::LLVMContext& context);
  Built<std::unique_ptr<DeviceProgram>> link(std::int64_t buffer_size);

  DeviceCompiler compiler_;
  DeviceSource allocator_;
  DeviceSites& sites_;
  Options options_;
  std::unique_ptr<llvm::orc::LLJIT> jit_;
  llvm::SmallVector<char, 0> kernel_bitcode_;
  std::list<std::pair<std::int64_t, std::unique_ptr<DeviceProgram>>> programs_;  // the one needed last in front
  std::uint64_t programs_made_ = 0;
};

}  // namespace straylane
