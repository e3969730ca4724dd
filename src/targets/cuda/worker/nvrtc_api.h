#pragma once

#include <cstddef>

// The part of NVRTC's C interface that is used, declared here so that nothing of the toolkit is needed to build. The
// same in CUDA 12 and 13.
namespace straylane::nvrtc_api {

using Program = struct OpaqueProgram*;

enum Result : int { kSuccess = 0, kCompilation = 6 };

struct Functions {
  int (*version)(int* major, int* minor) = nullptr;
  const char* (*get_error_string)(int result) = nullptr;
  int (*get_num_supported_archs)(int* count) = nullptr;
  int (*get_supported_archs)(int* archs) = nullptr;
  int (*create_program)(Program* program, const char* source, const char* name, int headers, const char* const* header,
                        const char* const* include_name) = nullptr;
  int (*compile_program)(Program program, int options, const char* const* option) = nullptr;
  int (*get_program_log_size)(Program program, std::size_t* size) = nullptr;
  int (*get_program_log)(Program program, char* log) = nullptr;
  int (*get_lto_ir_size)(Program program, std::size_t* size) = nullptr;
  int (*get_lto_ir)(Program program, char* lto_ir) = nullptr;
  int (*get_ptx_size)(Program program, std::size_t* size) = nullptr;
  int (*get_ptx)(Program program, char* ptx) = nullptr;
  int (*destroy_program)(Program* program) = nullptr;
};

}  // namespace straylane::nvrtc_api
