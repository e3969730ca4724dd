#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "target/host/worker/diagnostic.h"

namespace straylane {

// One translation unit of CUDA C++.
struct DeviceSource {
  std::string name;  // "kernel.cu": how diagnostics and sites call it
  std::string text;
};

// clang's CUDA front end in this process, device side only: it keeps CUDA's rules and diagnostics (a call of a host
// function, a write to a constant). All of clang's headers stand in device_compiler.cc, which is slow to compile.
class DeviceCompiler {
 public:
  // prelude         path of what every source sees before its first line, see prelude/cuda_prelude.cuh
  // include_folder  where kernel_abi.cuh stands
  // files           what both are read from
  DeviceCompiler(std::string prelude, std::string include_folder,
                 llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files = llvm::vfs::getRealFileSystem())
      : prelude_(std::move(prelude)), include_folder_(std::move(include_folder)), files_(std::move(files)) {}

  // NVPTX IR before any optimisation, with the lines of the source; or every error, in the order of the source.
  // `defines` are like "BUFFER_SIZE=5".
  tl::expected<std::unique_ptr<llvm::Module>, std::vector<Diagnostic>> compile(const DeviceSource& source,
                                                                               const std::vector<std::string>& defines,
                                                                               llvm::LLVMContext& context) const;

 private:
  std::string prelude_;
  std::string include_folder_;
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files_;
};

}  // namespace straylane
