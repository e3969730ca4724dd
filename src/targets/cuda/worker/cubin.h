#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "targets/cuda/worker/lto_ir.h"

namespace straylane {

using Cubin = std::vector<char>;  // an ELF file for one architecture

// A part to be linked and what messages call it.
struct LinkInput {
  std::string name;
  const LtoIr& lto_ir;
};

// Links separately compiled parts with nvJitLink, which inlines across them.
tl::expected<Cubin, BuildError> link_cubin(const Toolkit& toolkit, const std::vector<LinkInput>& parts, int arch);

}  // namespace straylane
