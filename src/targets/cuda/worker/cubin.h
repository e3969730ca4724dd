#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "targets/cuda/worker/lto_ir.h"

namespace straylane {

using Cubin = std::vector<char>;  // an ELF file for one architecture

// A part to link, and its name in messages.
struct LinkInput {
  std::string name;
  const LtoIr& lto_ir;
};

// Links separately compiled parts with nvJitLink, which inlines across them.
tl::expected<Cubin, BuildError> link_cubin(const Toolkit& toolkit, const std::vector<LinkInput>& parts, int arch);

// The device sources of a program.
struct CudaProgram {
  CudaSource header;  // kernel_abi.cuh
  CudaSource kernel;
  CudaSource allocator;
  bool kernel_alone = false;    // the kernel needs no allocator, or its source defines one
  bool kernel_defined = false;  // the kernel gets the macro too, and is compiled for each of its values
};

// Builds the cubin for a value of the macro: compiles the allocator with that value and links it with the kernel. The
// kernel is compiled once for each architecture; a user's kernel, for each value. The builder keeps the last kCubinsMax
// cubins. It does not remember failures: such a build is made, and fails, again.
class CubinBuilder {
 public:
  static constexpr std::size_t kCubinsMax = 64;

  CubinBuilder(const Toolkit& toolkit, CudaProgram program) : toolkit_(toolkit), program_(std::move(program)) {}

  // The result is shared with the cache, so it stays valid when the cache drops it.
  tl::expected<std::shared_ptr<const Cubin>, BuildError> build(int arch, const Define& define);

  // Builds that the cache could not answer, and how many of them failed.
  std::uint32_t made() const { return made_; }
  std::uint32_t failed() const { return failed_; }

 private:
  using Key = std::pair<int, Define>;  // architecture and macro

  tl::expected<Cubin, BuildError> make(int arch, const Define& define);
  tl::expected<const LtoIr*, BuildError> kernel_for(int arch, const Define& define);

  const Toolkit& toolkit_;
  CudaProgram program_;
  std::map<int, LtoIr> kernels_;                                    // by architecture
  std::list<std::pair<Key, std::shared_ptr<const Cubin>>> cubins_;  // the most recently used is the first
  std::uint32_t made_ = 0;
  std::uint32_t failed_ = 0;
};

}  // namespace straylane
