#include "targets/cuda/worker/toolkit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "targets/cuda/worker/shared_library.h"

namespace straylane {
namespace {

constexpr int kMajorVersions[] = {13, 12};

// Folders to look in, in their order; the empty one is the loader's path.
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

bool load(const SharedLibrary& library, nvrtc_api::Functions& f) {
  return library.find("nvrtcVersion", f.version) && library.find("nvrtcGetErrorString", f.get_error_string) &&
         library.find("nvrtcGetNumSupportedArchs", f.get_num_supported_archs) &&
         library.find("nvrtcGetSupportedArchs", f.get_supported_archs) &&
         library.find("nvrtcCreateProgram", f.create_program) &&
         library.find("nvrtcCompileProgram", f.compile_program) &&
         library.find("nvrtcGetProgramLogSize", f.get_program_log_size) &&
         library.find("nvrtcGetProgramLog", f.get_program_log) &&
         library.find("nvrtcGetLTOIRSize", f.get_lto_ir_size) && library.find("nvrtcGetLTOIR", f.get_lto_ir) &&
         library.find("nvrtcGetPTXSize", f.get_ptx_size) && library.find("nvrtcGetPTX", f.get_ptx) &&
         library.find("nvrtcDestroyProgram", f.destroy_program);
}

bool load(const SharedLibrary& library, nvjitlink_api::Functions& f) {
  return library.find("nvJitLinkVersion", f.version) && library.find("nvJitLinkCreate", f.create) &&
         library.find("nvJitLinkAddData", f.add_data) && library.find("nvJitLinkComplete", f.complete) &&
         library.find("nvJitLinkGetLinkedCubinSize", f.get_linked_cubin_size) &&
         library.find("nvJitLinkGetLinkedCubin", f.get_linked_cubin) &&
         library.find("nvJitLinkGetErrorLogSize", f.get_error_log_size) &&
         library.find("nvJitLinkGetErrorLog", f.get_error_log) && library.find("nvJitLinkDestroy", f.destroy);
}

}  // namespace

Expected<Toolkit> Toolkit::open() {
  bool any_nvrtc = false;
  bool any_nvjitlink = false;
  for (const int major : kMajorVersions) {
    const SharedLibrary nvrtc = find_library(fmt::format("libnvrtc.so.{}", major));
    const SharedLibrary nvjitlink = find_library(fmt::format("libnvJitLink.so.{}", major));
    any_nvrtc = any_nvrtc || nvrtc;
    any_nvjitlink = any_nvjitlink || nvjitlink;
    if (!nvrtc || !nvjitlink) continue;
    Toolkit toolkit;
    if (!load(nvrtc, toolkit.nvrtc_) || !load(nvjitlink, toolkit.nvjitlink_)) continue;  // older than 12.4
    toolkit.nvrtc_path_ = nvrtc.path();
    int count = 0;
    toolkit.nvrtc_.version(&toolkit.nvrtc_version_.first, &toolkit.nvrtc_version_.second);
    toolkit.nvjitlink_.version(&toolkit.nvjitlink_version_.first, &toolkit.nvjitlink_version_.second);
    toolkit.nvrtc_.get_num_supported_archs(&count);
    toolkit.archs_.resize(static_cast<std::size_t>(std::max(count, 0)));
    toolkit.nvrtc_.get_supported_archs(toolkit.archs_.data());
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
  return fmt::format("NVRTC {}.{}, nvJitLink {}.{}", nvrtc_version_.first, nvrtc_version_.second,
                     nvjitlink_version_.first, nvjitlink_version_.second);
}

}  // namespace straylane
