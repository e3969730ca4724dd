#pragma once

#include <optional>

#include "domain/kernel_source.h"
#include "domain/source_map.h"

namespace straylane {

// Where the CUDA C++ lies that the targets host and cuda build: the factory's sources, planted ones, and those of a
// user's kernel.
SourceMap device_sources(const std::optional<KernelSource>& kernel);

}  // namespace straylane
