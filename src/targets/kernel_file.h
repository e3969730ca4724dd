#pragma once

#include <optional>
#include <string>

#include "domain/error.h"
#include "domain/kernel_source.h"

namespace straylane {

inline constexpr std::size_t kKernelBytesMax = 4 << 20;

// The user's kernel at `path` (docs/kernels.md), without its text: asked before a compiler is started for it. Nothing
// where `path` is empty: the program is one of ours. kUsage, with the path, for what is no file FILE.cu that can be
// read, or a larger one than kKernelBytesMax.
Expected<std::optional<KernelSource>> kernel_file(const std::string& path);

}  // namespace straylane
