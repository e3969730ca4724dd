#pragma once

#include <llvm/Support/VirtualFileSystem.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "targets/host/worker/kernel_factory.h"
#include "targets/target.h"

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

  // Reads and builds the program. The greeting has an error if that fails.
  //
  //   folder     folder of the worker program, which has `device`, `prelude` and `planted` beside it
  //   program    "factory"; or the name of planted/NAME.cu, planted/NAME_allocator.cu, or both, which then replace
  //              kernel.cu and allocator.cu; or the name of `user_file` in sites
  //   user_file  path of a user's source, whose parts replace the factory's; empty: none
  worker_protocol::Hello start(const std::string& folder, const std::string& program, const std::string& user_file);

  // Runs a case. A call that cannot be built for its settings gives a launch that raised a "BuildError".
  worker_protocol::WireRun run(const Case& c, const RunOptions& options);

 private:
  // The sources of a program.
  struct Parts {
    SharedSource kernel;
    SharedSource allocator;
  };

  // Replaces parts by planted ones. Returns false if none is planted under that name.
  bool take_planted(const std::string& program);
  // Replaces parts by those that a user's file defines.
  tl::expected<void, BuildError> take_parts_of(const DeviceSource& user);
  // The program that a case launches: this worker's, or a canary.
  const Parts& parts_of(const Case& c);
  // Makes a fresh factory, as every launch needs.
  KernelFactory factory(const Parts& parts, const Define& define);
  std::string read(const std::filesystem::path& path) const;
  // Reads a source of ours. `below`: "device" or "planted".
  DeviceSource source_in(const char* below, const std::string& file) const;

  Options options_;
  SiteTable sites_;
  DeviceSites device_sites_{sites_};
  DeviceRuntime runtime_{sites_};
  std::unique_ptr<ProgramBuilder> builder_;
  std::filesystem::path folder_;  // of the worker program
  Parts own_;
  std::map<std::string, Parts> canaries_;  // by program, read when a case asks for them
};

// Target host without a worker process: device code runs in the caller's process. This is for fuzzing engines, which
// read its counters, and handle crashes and time-outs themselves. So nothing here survives a crash, and
// RunOptions::timeout_ms is ignored. There can be one per process, like DeviceRuntime.
class InProcessTarget final : public Target {
 public:
  // Takes folder, program and user_file as HostCaseRunner::start does. kUnsupported if the program cannot be built,
  // with the compiler's message.
  static Expected<std::unique_ptr<Target>> open(HostCaseRunner::Options options, const std::string& folder,
                                                const std::string& program, const std::string& user_file = {});

  const TargetInfo& info() const override { return info_; }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 private:
  explicit InProcessTarget(HostCaseRunner::Options options) : runner_(std::move(options)) {}

  HostCaseRunner runner_;
  TargetInfo info_;
  std::vector<Site> sites_;
};

}  // namespace straylane
