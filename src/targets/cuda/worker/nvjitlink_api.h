#pragma once

#include <cstddef>
#include <cstdint>

// The part of nvJitLink's C interface that is used, declared here so that nothing of the toolkit is needed to build.
// The same in CUDA 12 and 13.
namespace straylane::nvjitlink_api {

using Handle = struct OpaqueLink*;

enum Result : int {
  kSuccess = 0,
  kPtxCompile = 4,           // a symbol without a definition ends here
  kNvvmCompile = 5,          // one with two, or LTO-IR that was cut off
  kIncorrectInputType = 12,  // what is no LTO-IR
  kArchMismatch = 13,        // LTO-IR of a newer architecture than the one that is linked for
};

enum InputType : int { kLtoIr = 3 };

struct Functions {
  int (*version)(unsigned* major, unsigned* minor) = nullptr;
  int (*create)(Handle* handle, std::uint32_t options, const char** option) = nullptr;
  int (*add_data)(Handle handle, int type, const void* data, std::size_t size, const char* name) = nullptr;
  int (*complete)(Handle handle) = nullptr;
  int (*get_linked_cubin_size)(Handle handle, std::size_t* size) = nullptr;
  int (*get_linked_cubin)(Handle handle, void* cubin) = nullptr;
  int (*get_error_log_size)(Handle handle, std::size_t* size) = nullptr;
  int (*get_error_log)(Handle handle, char* log) = nullptr;
  int (*destroy)(Handle* handle) = nullptr;
};

}  // namespace straylane::nvjitlink_api
