#include "targets/device_target.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace straylane {
namespace {

// Checks the user's kernel at `path` before a compiler is started for it. Returns it without its text, or nothing if
// `path` is empty: the program is then one of ours.
Expected<std::optional<KernelSource>> kernel_file(const std::string& path) {
  if (path.empty()) return std::optional<KernelSource>();
  namespace fs = std::filesystem;
  const auto refuse = [&path](const std::string& why) {
    return make_error(ErrorCode::kUsage, fmt::format("{}: {}", path, why));
  };
  std::error_code error;
  const auto status = fs::status(path, error);
  if (error) return refuse(error.message());
  if (fs::is_directory(status)) return refuse("Is a directory, must be a kernel FILE.cu");
  if (!fs::is_regular_file(status)) return refuse("not a file, must be a kernel FILE.cu");
  KernelSource kernel{path, kernel_program(path), {}};
  if (kernel.program.empty()) return refuse("a kernel is a file of CUDA C++, FILE.cu (see docs/kernels.md)");
  if (access(path.c_str(), R_OK) != 0) return refuse(std::strerror(errno));
  if (fs::file_size(path, error) > kKernelBytesMax) return refuse(fmt::format("larger than {} bytes", kKernelBytesMax));
  return kernel;
}

// Returns where the sources lie: those of the factory, planted ones, and those of the user's kernel.
SourceMap device_sources(const std::optional<KernelSource>& kernel) {
  const std::string base = "STRAYLANE";
  SourceMap map{
      .entry = "kernel.cu", .other_entry = "*.cu", .roots = {{"cuda_prelude.cuh", "src/targets/host/prelude/", base}}};
  if (kernel) {
    const std::string& path = kernel->path;
    const std::size_t name = path.find_last_of('/') + 1;
    const std::string folder = (path.starts_with('/') ? "file://" : "") + path.substr(0, name);
    map.entry = path.substr(name);
    map.roots.push_back({map.entry, folder, ""});
    // The files that the kernel includes from its own folder lie there, too. The factory's sources do not.
    for (const auto& [file, text] : kernel->files) map.roots.push_back({file, folder, ""});
  }
  for (const char* file : {"kernel.cu", "allocator.cu", "kernel_abi.cuh"}) {
    map.roots.push_back({file, "src/program/factory/device/", base});
  }
  map.roots.push_back({"", "corpus/planted/host/", base});
  return map;
}

}  // namespace

Expected<std::unique_ptr<Target>> DeviceTarget::open(DeviceWorker worker, const std::string& folder,
                                                     const std::string& kernel) {
  if (folder.empty()) return make_error(ErrorCode::kUnsupported, worker.not_there);
  auto source = kernel_file(kernel);
  if (!source) return tl::unexpected(source.error());
  TargetInfo info = worker.info;
  info.kernel = std::move(*source);
  std::unique_ptr<DeviceTarget> target(new DeviceTarget(std::move(worker), folder, kernel));
  if (auto started = target->start(std::move(info)); !started) return tl::unexpected(started.error());
  target->info_.sources = device_sources(target->info_.kernel);
  return target;
}

Expected<WorkerProcess::Command> DeviceTarget::command_for(const Kind& kind) const {
  const auto& [program, granularity] = kind;
  if (granularity != Granularity::kSwitch) {
    return make_error(
        ErrorCode::kUnsupported,
        fmt::format("granularity \"{}\" is one of an interpreter; target {} {}", to_string(granularity),
                    worker_.info.name, worker_.info.controlled ? "has \"switch\" only" : "has no yield points"));
  }
  WorkerProcess::Command command = worker_.command;
  std::string& worker = command.arguments.front();
  worker = (std::filesystem::path(folder_) / worker).string();
  command.arguments.insert(command.arguments.end(), {WorkerProcess::kSocketArgument, folder_, program});
  if (!kernel_.empty()) command.arguments.push_back(kernel_);
  return command;
}

}  // namespace straylane
