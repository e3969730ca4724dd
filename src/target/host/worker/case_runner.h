#pragma once

#include <llvm/Support/VirtualFileSystem.h>

#include <memory>
#include <string>

#include "target/host/worker/device_runtime.h"
#include "target/host/worker/device_sites.h"
#include "target/host/worker/program_builder.h"
#include "target/worker/protocol.h"

namespace straylane {

// Builds and runs cases, one after another, in the worker's process.
class CaseRunner {
 public:
  struct Options {
    llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files = llvm::vfs::getRealFileSystem();  // sources are read from it
    ProgramBuilder::Options builder;
  };
  CaseRunner() : CaseRunner(Options{}) {}
  explicit CaseRunner(Options options) : options_(std::move(options)) {}

  // folder   of the worker program, with `device`, `prelude` and `planted` beside it
  // program  "factory", or the name of planted/NAME.cu or planted/NAME_allocator.cu, or of both, which then stand for
  //          kernel.cu and allocator.cu
  // The greeting has an error where the program cannot be built.
  worker_protocol::Hello start(const std::string& folder, const std::string& program);

  // Throws std::runtime_error where the allocator cannot be built: settings are valid here, so that is our mistake.
  worker_protocol::WireRun run(const Case& c, const RunOptions& options);

 private:
  // The planted source of that name, or else the factory's.
  DeviceSource source(const std::string& folder, const std::string& planted, const char* ours) const;
  std::string read(const std::string& path) const;

  Options options_;
  SiteTable sites_;
  DeviceSites device_sites_{sites_};
  DeviceRuntime runtime_{sites_};
  std::unique_ptr<ProgramBuilder> builder_;
  std::size_t sites_sent_ = 0;
};

}  // namespace straylane
