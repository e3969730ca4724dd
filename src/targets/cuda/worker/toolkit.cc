#include "targets/cuda/worker/toolkit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace straylane {
namespace {

// Folders to search, in order; the empty one stands for the loader's path.
std::vector<std::string> folders() {
  std::vector<std::string> folders = {""};
  const auto add_toolkit = [&folders](const std::string& root) {
    for (const char* below : {"/lib64/", "/targets/x86_64-linux/lib/"}) folders.push_back(root + below);
  };
  for (const char* name : {"CUDA_HOME", "CUDA_PATH"}) {
    const char* root = std::getenv(name);
    if (root != nullptr && *root != 0) add_toolkit(root);
  }
  add_toolkit("/usr/local/cuda");
  return folders;
}

SharedLibrary find_library(const std::string& name) {
  std::string ignored;
  for (const std::string& folder : folders()) {
    if (auto library = SharedLibrary::open(folder + name, ignored)) return library;
  }
  return {};
}

}  // namespace

Expected<Toolkit> Toolkit::open() {
  bool any_nvrtc = false;
  bool any_nvjitlink = false;
  for (const int major : {13, 12}) {
    const SharedLibrary nvrtc = find_library(fmt::format("libnvrtc.so.{}", major));
    const SharedLibrary nvjitlink = find_library(fmt::format("libnvJitLink.so.{}", major));
    any_nvrtc = any_nvrtc || nvrtc;
    any_nvjitlink = any_nvjitlink || nvjitlink;
    if (!nvrtc || !nvjitlink) continue;
    Toolkit toolkit;
    toolkit.nvrtc = {nvrtc};
    toolkit.nvjitlink = {nvjitlink};
    const bool older_than_12_4 = toolkit.nvrtc.library.missing() || toolkit.nvjitlink.library.missing();
    if (older_than_12_4) continue;
    int count = 0;
    toolkit.nvrtc.version(&toolkit.nvrtc_version.first, &toolkit.nvrtc_version.second);
    toolkit.nvjitlink.version(&toolkit.nvjitlink_version.first, &toolkit.nvjitlink_version.second);
    toolkit.nvrtc.get_num_supported_archs(&count);
    toolkit.archs.resize(static_cast<std::size_t>(std::max(count, 0)));
    toolkit.nvrtc.get_supported_archs(toolkit.archs.data());
    return toolkit;
  }
  const char* missing = any_nvrtc && any_nvjitlink ? "a pair of libnvrtc and libnvJitLink of one version, 12.4 or later"
                        : any_nvrtc                ? "libnvJitLink.so.13 or .12"
                        : any_nvjitlink            ? "libnvrtc.so.13 or .12"
                                                   : "libnvrtc.so.13 or .12, and libnvJitLink.so.13 or .12";
  return make_error(ErrorCode::kUnsupported,
                    fmt::format("no CUDA toolkit: {} missing from the loader's path, $CUDA_HOME, $CUDA_PATH and "
                                "/usr/local/cuda; NVIDIA's packages are cuda-nvrtc-13-0 and libnvjitlink-13-0",
                                missing));
}

std::string Toolkit::describe() const {
  return fmt::format("NVRTC {}.{}, nvJitLink {}.{}", nvrtc_version.first, nvrtc_version.second, nvjitlink_version.first,
                     nvjitlink_version.second);
}

}  // namespace straylane
