#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "domain/error.h"
#include "targets/cuda/worker/shared_library.h"

namespace straylane {

// The part of NVRTC's C interface that Straylane uses. It is declared here so that building needs no toolkit. CUDA 12
// and 13 have the same declarations.
namespace nvrtc_api {

using Program = struct OpaqueProgram*;

enum Result : int { kSuccess = 0, kCompilation = 6 };

struct Functions {
  SharedLibrary library;
  int (*version)(int* major, int* minor) = library.find("nvrtcVersion");
  const char* (*get_error_string)(int result) = library.find("nvrtcGetErrorString");
  int (*get_num_supported_archs)(int* count) = library.find("nvrtcGetNumSupportedArchs");
  int (*get_supported_archs)(int* archs) = library.find("nvrtcGetSupportedArchs");
  int (*create_program)(Program* program, const char* source, const char* name, int headers, const char* const* header,
                        const char* const* include_name) = library.find("nvrtcCreateProgram");
  int (*compile_program)(Program program, int options, const char* const* option) = library.find("nvrtcCompileProgram");
  int (*get_program_log_size)(Program program, std::size_t* size) = library.find("nvrtcGetProgramLogSize");
  int (*get_program_log)(Program program, char* log) = library.find("nvrtcGetProgramLog");
  int (*get_lto_ir_size)(Program program, std::size_t* size) = library.find("nvrtcGetLTOIRSize");
  int (*get_lto_ir)(Program program, char* lto_ir) = library.find("nvrtcGetLTOIR");
  int (*get_ptx_size)(Program program, std::size_t* size) = library.find("nvrtcGetPTXSize");
  int (*get_ptx)(Program program, char* ptx) = library.find("nvrtcGetPTX");
  int (*destroy_program)(Program* program) = library.find("nvrtcDestroyProgram");
};

}  // namespace nvrtc_api

// The same for nvJitLink.
namespace nvjitlink_api {

using Handle = struct OpaqueLink*;

enum Result : int {
  kSuccess = 0,
  kPtxCompile = 4,           // given for a symbol that no part defines
  kNvvmCompile = 5,          // given for a symbol that two parts define, and for LTO-IR that was cut off
  kIncorrectInputType = 12,  // the input is not LTO-IR
  kArchMismatch = 13,        // the LTO-IR is for a newer architecture than the one that is linked for
};

enum InputType : int { kLtoIr = 3 };

struct Functions {
  SharedLibrary library;
  int (*version)(unsigned* major, unsigned* minor) = library.find("nvJitLinkVersion");
  int (*create)(Handle* handle, std::uint32_t options, const char** option) = library.find("nvJitLinkCreate");
  int (*add_data)(Handle handle, int type, const void* data, std::size_t size,
                  const char* name) = library.find("nvJitLinkAddData");
  int (*complete)(Handle handle) = library.find("nvJitLinkComplete");
  int (*get_linked_cubin_size)(Handle handle, std::size_t* size) = library.find("nvJitLinkGetLinkedCubinSize");
  int (*get_linked_cubin)(Handle handle, void* cubin) = library.find("nvJitLinkGetLinkedCubin");
  int (*get_error_log_size)(Handle handle, std::size_t* size) = library.find("nvJitLinkGetErrorLogSize");
  int (*get_error_log)(Handle handle, char* log) = library.find("nvJitLinkGetErrorLog");
  int (*destroy)(Handle* handle) = library.find("nvJitLinkDestroy");
};

}  // namespace nvjitlink_api

// The part of the CUDA toolkit that builds: NVRTC and nvJitLink, both of one major version.
struct Toolkit {
  // Opens the newest toolkit in the loader's path, below $CUDA_HOME or $CUDA_PATH, or below /usr/local/cuda.
  // kUnsupported if none is complete; the message says what is missing and which package installs it.
  static Expected<Toolkit> open();

  std::string describe() const;  // "NVRTC 13.0, nvJitLink 13.0"

  nvrtc_api::Functions nvrtc;
  nvjitlink_api::Functions nvjitlink;
  std::pair<int, int> nvrtc_version;
  std::pair<unsigned, unsigned> nvjitlink_version;
  std::vector<int> archs;  // compute capabilities that NVRTC builds for, such as 75, ascending
};

}  // namespace straylane
