#pragma once

#include <span>

namespace straylane {

// A source that target host builds. The binary contains it, so the binary runs wherever it is copied to.
struct EmbeddedSource {
  const char* path;  // as in the folder of the worker: "device/kernel.cu"
  const char* text;
};

std::span<const EmbeddedSource> embedded_sources();

}  // namespace straylane
