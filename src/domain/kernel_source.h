#pragma once

#include <map>
#include <string>
#include <string_view>

namespace straylane {

// A user's kernel, as it was when it was first built.
struct KernelSource {
  std::string path;     // as the user gave it
  std::string program;  // the name in cases (kernel_program); a finding's folder holds the file under this name
  std::map<std::string, std::string> files;  // text by name: `program`, and what it includes from its own folder

  bool operator==(const KernelSource&) const = default;
};

inline constexpr std::string_view kKernelSuffix = ".cu";
inline constexpr std::size_t kKernelBytesMax = 4 << 20;

// Whether the program of a case is a user's kernel, a file that lies beside the case, and not a program of our own.
bool is_kernel_program(std::string_view program);

// The program name of the kernel at `path`: the file's name, in which '_' replaces each character that is_name does not
// allow. A long name loses its beginning. Empty if the file is not named *.cu.
std::string kernel_program(std::string_view path);

}  // namespace straylane
