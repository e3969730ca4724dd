#include "targets/device_sources.h"

#include <string>

namespace straylane {

SourceMap device_sources(const std::optional<KernelSource>& kernel) {
  const std::string base = "STRAYLANE";
  SourceMap map{.entry = "kernel.cu", .other_entry = "*.cu", .roots = {{"cuda_prelude.cuh", "src/targets/host/prelude/", base}}};
  if (kernel) {
    const std::string& path = kernel->path;
    const std::size_t name = path.find_last_of('/') + 1;
    const std::string folder = (path.starts_with('/') ? "file://" : "") + path.substr(0, name);
    map.entry = path.substr(name);
    map.roots.push_back({map.entry, folder, ""});
    // What a kernel includes from its own folder stands with it; the factory's allocator and kernel do not.
    for (const auto& [file, text] : kernel->files) map.roots.push_back({file, folder, ""});
  }
  for (const char* file : {"kernel.cu", "allocator.cu", "kernel_abi.cuh"}) {
    map.roots.push_back({file, "src/program/factory/device/", base});
  }
  map.roots.push_back({"", "corpus/planted/host/", base});
  return map;
}

}  // namespace straylane
