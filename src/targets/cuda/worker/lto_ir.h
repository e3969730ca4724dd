#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "program/factory/device_call.h"
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
//   define      the macro that it is compiled with; none where it looks at none
tl::expected<LtoIr, BuildError> compile_lto_ir(const Toolkit& toolkit, const CudaSource& source,
                                               const CudaSource& header, int arch, const std::optional<Define>& define);

// The same to PTX: text, in which stands what the source defines.
tl::expected<std::string, BuildError> compile_ptx(const Toolkit& toolkit, const CudaSource& source,
                                                  const CudaSource& header, int arch, const Define& define);

}  // namespace straylane
