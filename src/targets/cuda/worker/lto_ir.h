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
  std::string name;  // "kernel.cu", as in diagnostics
  std::string text;
  std::string folder = "";  // searched for includes with quotes; empty: none
};

using LtoIr = std::vector<char>;

// Compiles one part with NVRTC to the intermediate code that nvJitLink optimises across parts.
//
//   header      the name and text that `#include "kernel_abi.cuh"` gives
//   arch        compute capability, such as 90
//   define      the macro that the part is compiled with; none if it uses none
tl::expected<LtoIr, BuildError> compile_lto_ir(const Toolkit& toolkit, const CudaSource& source,
                                               const CudaSource& header, int arch, const std::optional<Define>& define);

// Compiles one part to PTX, a text that shows what the part defines.
tl::expected<std::string, BuildError> compile_ptx(const Toolkit& toolkit, const CudaSource& source,
                                                  const CudaSource& header, int arch, const Define& define);

}  // namespace straylane
