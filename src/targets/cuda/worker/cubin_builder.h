#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <tl/expected.hpp>
#include <utility>

#include "targets/cuda/worker/cubin.h"

namespace straylane {

// The device sources of a program.
struct CudaProgram {
  CudaSource header;  // kernel_abi.cuh
  CudaSource kernel;
  CudaSource allocator;
  bool kernel_alone = false;    // it defines the allocator too, or calls none
  bool kernel_defined = false;  // it gets the macro, too, and then is compiled for each value
};

// Builds the cubin of a macro's value: compiles the allocator with it and links it with the kernel, which is compiled
// once for each architecture (a user's: for each value). The last kCubinsMax cubins are kept. A build that failed is
// not: it is made, and fails, again.
class CubinBuilder {
 public:
  static constexpr std::size_t kCubinsMax = 64;

  CubinBuilder(const Toolkit& toolkit, CudaProgram program) : toolkit_(toolkit), program_(std::move(program)) {}

  // Shared with the cache, so that it stays valid.
  tl::expected<std::shared_ptr<const Cubin>, BuildError> build(int arch, const Define& define);

  // Builds that were really made, and those of them that failed.
  std::uint32_t made() const { return made_; }
  std::uint32_t failed() const { return failed_; }

 private:
  using Key = std::pair<int, Define>;  // architecture and macro

  tl::expected<Cubin, BuildError> make(int arch, const Define& define);
  tl::expected<const LtoIr*, BuildError> kernel_for(int arch, const Define& define);

  const Toolkit& toolkit_;
  CudaProgram program_;
  std::map<int, LtoIr> kernels_;                                    // by architecture
  std::list<std::pair<Key, std::shared_ptr<const Cubin>>> cubins_;  // the one needed last is the first
  std::uint32_t made_ = 0;
  std::uint32_t failed_ = 0;
};

}  // namespace straylane
