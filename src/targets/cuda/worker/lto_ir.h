#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "targets/cuda/worker/build_error.h"
#include "targets/cuda/worker/toolkit.h"

namespace straylane {

// One translation unit of CUDA C++.
struct CudaSource {
  std::string name;  // "kernel.cu": how diagnostics call it
  std::string text;
  std::string folder = "";  // where includes with quotes are looked for, too; empty: nowhere
};

using LtoIr = std::vector<char>;

// Compiles one part with NVRTC to the intermediate code that nvJitLink optimises across parts.
//
//   header      what `#include "kernel_abi.cuh"` gives: its name and text
//   arch        compute capability, such as 90
//   buffer_size -DBUFFER_SIZE of the allocator; none for the kernel
tl::expected<LtoIr, BuildError> compile_lto_ir(const Toolkit& toolkit, const CudaSource& source,
                                               const CudaSource& header, int arch,
                                               std::optional<std::int64_t> buffer_size);

// The same to PTX: text, in which stands what the source defines.
tl::expected<std::string, BuildError> compile_ptx(const Toolkit& toolkit, const CudaSource& source,
                                                  const CudaSource& header, int arch, std::int64_t buffer_size);

}  // namespace straylane
