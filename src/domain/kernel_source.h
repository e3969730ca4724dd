#pragma once

#include <map>
#include <string>
#include <string_view>

namespace straylane {

// A user's kernel, as it was when it was built first.
struct KernelSource {
  std::string path;     // as it was given
  std::string program;  // what cases call it, see `kernel_program`; a finding's folder has it under this name
  std::map<std::string, std::string> files;  // text by name: `program`, and what it includes from its own folder

  bool operator==(const KernelSource&) const = default;
};

inline constexpr std::string_view kKernelSuffix = ".cu";

// Whether a case's program is a user's kernel, and not one that has a name of ours: a file beside the case.
bool is_kernel_program(std::string_view program);

// What cases call the kernel at `path`: the file's name; what a program's name cannot have (is_name) is replaced by
// '_', and a long one loses its beginning. Empty where the file is no NAME.cu.
std::string kernel_program(std::string_view path);

}  // namespace straylane
