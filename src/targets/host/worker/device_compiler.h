#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "program/factory/device_call.h"
#include "targets/host/worker/build_error.h"

namespace straylane {

// One translation unit of CUDA C++.
struct DeviceSource {
  std::string name;  // "kernel.cu", as in sites
  std::string path;  // as in diagnostics; includes with quotes are searched for beside it
  std::string text;

  bool operator==(const DeviceSource&) const = default;
};

// A source that many factories share, with the hash that caches look it up by. A build that is known copies and reads
// nothing of it.
class SharedSource {
 public:
  SharedSource() : SharedSource(DeviceSource{}) {}
  SharedSource(DeviceSource source)  // implicit, so that a source can be passed where a shared one is taken
      : source_(std::make_shared<const DeviceSource>(std::move(source))),
        hash_(std::hash<std::string>{}(source_->text)) {}

  const DeviceSource& operator*() const { return *source_; }
  const DeviceSource* operator->() const { return source_.get(); }
  std::size_t hash() const { return hash_; }

  bool operator==(const SharedSource& other) const {
    return source_ == other.source_ || (hash_ == other.hash_ && *source_ == *other.source_);
  }

 private:
  std::shared_ptr<const DeviceSource> source_;
  std::size_t hash_;
};

// Returns `path` relative to `folder`, or nothing if it does not lie in the folder or below it.
std::optional<std::filesystem::path> path_below(const std::filesystem::path& folder, const std::filesystem::path& path);

// clang's CUDA front end in this process, for the device side only. It applies CUDA's rules and gives CUDA's
// diagnostics, such as for a call of a host function. Only device_compiler.cc includes clang's headers, because they
// are slow to compile.
class DeviceCompiler {
 public:
  // prelude         path of prelude/cuda_prelude.cuh, which is included before the first line of every source
  // include_folder  folder of kernel_abi.cuh
  // files           file system that both are read from
  DeviceCompiler(std::string prelude, std::string include_folder,
                 llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files = llvm::vfs::getRealFileSystem())
      : prelude_(std::move(prelude)), include_folder_(std::move(include_folder)), files_(std::move(files)) {}

  struct Compiled {
    std::unique_ptr<llvm::Module> module;  // NVPTX IR before any optimisation, with the source's line numbers
    bool uses_define = false;              // false: another value of the macro gives the same module
  };

  // Compiles with that macro. Returns every error, in the order of the source.
  tl::expected<Compiled, std::vector<Diagnostic>> compile(const DeviceSource& source, const Define& define,
                                                          llvm::LLVMContext& context);

  // Every file that a source has included so far, by path, without prelude and kernel_abi.cuh. A file is read once, so
  // all builds of this compiler see the same text even if the file is edited later.
  const std::map<std::string, std::string>& included() const { return included_; }

 private:
  void keep(const std::vector<std::string>& dependencies, const DeviceSource& source);

  std::string prelude_;
  std::string include_folder_;
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files_;
  std::map<std::string, std::string> included_;
};

}  // namespace straylane
