#pragma once

#include <span>

namespace straylane {

// A source that target host builds from, in the binary itself, so that it runs from wherever it is copied to.
struct EmbeddedSource {
  const char* path;  // as in the folder of the worker: "device/kernel.cu"
  const char* text;
};

std::span<const EmbeddedSource> embedded_sources();

}  // namespace straylane
