#pragma once

#include <llvm/Support/VirtualFileSystem.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "targets/host/worker/device_runtime.h"
#include "targets/host/worker/device_sites.h"
#include "targets/host/worker/kernel_factory.h"
#include "targets/host/worker/program_builder.h"
#include "targets/worker/protocol.h"

namespace straylane {

// Builds and runs cases, one after another, in the worker's process.
class HostCaseRunner {
 public:
  struct Options {
    llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files = llvm::vfs::getRealFileSystem();  // sources are read from it
    ProgramBuilder::Options builder;
  };
  HostCaseRunner() : HostCaseRunner(Options{}) {}
  explicit HostCaseRunner(Options options) : options_(std::move(options)) {}

  // folder     of the worker program, with `device`, `prelude` and `planted` beside it
  // program    "factory"; or the name of planted/NAME.cu or planted/NAME_allocator.cu, or of both, which then stand for
  //            kernel.cu and allocator.cu; or how sites call `user_file`
  // user_file  path of a user's source, or empty; the parts of the kernel that it defines stand for the factory's
  // The greeting has an error where the program cannot be built.
  worker_protocol::Hello start(const std::string& folder, const std::string& program, const std::string& user_file);

  // A call that cannot be built for its settings gives a launch that raised a "BuildError".
  worker_protocol::WireRun run(const Case& c, const RunOptions& options);

 private:
  bool take_planted(const std::filesystem::path& folder, const std::string& program);
  tl::expected<void, BuildError> take_parts_of(const DeviceSource& user);
  KernelFactory factory(const Define& define);
  KernelFactory factory_of(const Case& c, const Define& define);
  std::string read(const std::filesystem::path& path) const;
  // One of the factory's, or planted in its place.
  DeviceSource source_in(const std::filesystem::path& folder, const std::string& file) const;

  Options options_;
  SiteTable sites_;
  DeviceSites device_sites_{sites_};
  DeviceRuntime runtime_{sites_};
  std::unique_ptr<ProgramBuilder> builder_;
  SharedSource kernel_;
  SharedSource allocator_;
  struct Parts {
    SharedSource kernel;
    SharedSource allocator;
  };
  std::string folder_;                     // of the worker program
  std::map<std::string, Parts> canaries_;  // by program, read when they are asked for
  std::size_t sites_sent_ = 0;
};

}  // namespace straylane
