#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "program/factory/device_call.h"
#include "targets/host/worker/diagnostic.h"
#include "targets/host/worker/shared_source.h"

namespace straylane {

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

  struct Compiled {
    std::unique_ptr<llvm::Module> module;  // NVPTX IR before any optimisation, with the lines of the source
    bool uses_define = false;              // else the same comes of any other value
  };

  // Compiles with that macro; or every error, in the order of the source.
  tl::expected<Compiled, std::vector<Diagnostic>> compile(const DeviceSource& source, const Define& define,
                                                          llvm::LLVMContext& context);

  // Every file that a source has included so far, by its path, prelude and kernel_abi.cuh left out. A file is read
  // once: however it is edited later, all builds of this compiler see the same text.
  const std::map<std::string, std::string>& included() const { return included_; }

 private:
  void keep(const std::vector<std::string>& dependencies, const DeviceSource& source);

  std::string prelude_;
  std::string include_folder_;
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files_;
  std::map<std::string, std::string> included_;
};

}  // namespace straylane
