#pragma once

#include <map>
#include <string>
#include <tl/expected.hpp>

#include "targets/cuda/worker/cubin_builder.h"

namespace straylane {

// The factory's program with the parts that a user's source defines (docs/kernels.md) in place of ours. The source is
// compiled to PTX for `arch` to see what it defines: in PTX a pointer is any 64 bits, so that other parameters are seen
// by their number and size only. kNoPart, kWrongSignature, or what the compiler says.
tl::expected<CudaProgram, BuildError> with_parts_of(const CudaSource& user, CudaProgram factory, const Toolkit& toolkit,
                                                    int arch);

// What a user's finding needs to be built elsewhere: the file, as `name`, and what it includes with quotes from its own
// folder or below, by their paths relative to it. Read from the text: what a condition leaves out is there, too. At
// most kOwnFilesMax files.
inline constexpr std::size_t kOwnFilesMax = 256;
std::map<std::string, std::string> own_files(const std::string& path, const std::string& name);

}  // namespace straylane
