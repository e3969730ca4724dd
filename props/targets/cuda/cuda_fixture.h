#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "props/targets/cuda/stand_in_driver/stand_in.h"
#include "targets/cuda/worker/cubin.h"

namespace straylane {

inline std::string text_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The toolkit of this machine. Without one, tests that build are skipped, with the reason.
inline const Expected<Toolkit>& toolkit() {
  static const Expected<Toolkit> toolkit = Toolkit::open();
  return toolkit;
}

inline CudaProgram factory_sources() {
  const std::string folder = STRAYLANE_SOURCE_DIR "/src/program/factory/device/";
  return {{"kernel_abi.cuh", text_of(folder + "kernel_abi.cuh")},
          {"kernel.cu", text_of(folder + "kernel.cu")},
          {"allocator.cu", text_of(folder + "allocator.cu")}};
}

// The stand-in driver in this process. Once it is loaded, opening libcuda.so.1 gives the stand-in, because of its
// soname.
class StandIn {
 public:
  explicit StandIn(const std::string& planted = "") {
    handle_ = dlopen(STRAYLANE_STAND_IN_FOLDER "/libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
    find<decltype(stand_in_begin)>("stand_in_begin")(planted.c_str());
  }
  std::string misuse() const { return find<decltype(stand_in_misuse)>("stand_in_misuse")(); }
  std::string calls() const { return find<decltype(stand_in_calls)>("stand_in_calls")(); }
  template <class Function>
  Function* find(const char* name) const {
    void* symbol = dlsym(handle_, name);
    if (symbol == nullptr) throw std::runtime_error(dlerror());
    return reinterpret_cast<Function*>(symbol);
  }

 private:
  void* handle_ = nullptr;
};

}  // namespace straylane
