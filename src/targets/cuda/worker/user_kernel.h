#pragma once

#include <map>
#include <string>
#include <tl/expected.hpp>

#include "targets/cuda/worker/cubin.h"

namespace straylane {

// Replaces the parts of the factory's program that a user's source defines (docs/kernels.md). Compiles the source to
// PTX for `arch` to see what it defines. In PTX a pointer is any 64 bits, so wrong parameters are noticed by their
// number and size only. Errors: kNoPart, kWrongSignature, or what the compiler reports.
tl::expected<CudaProgram, BuildError> with_parts_of(const CudaSource& user, CudaProgram factory, const Toolkit& toolkit,
                                                    int arch);

// Collects what is needed to build a user's kernel elsewhere: the file itself, as `name`, and the files that it
// includes with quotes from its own folder or below, by their paths relative to that folder. Includes are found in the
// text, so those that a condition leaves out are collected too. At most kOwnFilesMax files.
inline constexpr std::size_t kOwnFilesMax = 256;
std::map<std::string, std::string> own_files(const std::string& path, const std::string& name);

}  // namespace straylane
