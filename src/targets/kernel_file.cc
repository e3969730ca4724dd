#include "targets/kernel_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace straylane {

Expected<std::optional<KernelSource>> kernel_file(const std::string& path) {
  if (path.empty()) return std::optional<KernelSource>();
  namespace fs = std::filesystem;
  const auto refuse = [&path](const std::string& why) {
    return make_error(ErrorCode::kUsage, fmt::format("{}: {}", path, why));
  };
  std::error_code error;
  const auto status = fs::status(path, error);
  if (error) return refuse(error.message());
  if (fs::is_directory(status)) return refuse("Is a directory, must be a kernel FILE.cu");
  if (!fs::is_regular_file(status)) return refuse("not a file, must be a kernel FILE.cu");
  KernelSource kernel{path, kernel_program(path), {}};
  if (kernel.program.empty()) return refuse("a kernel is a file of CUDA C++, FILE.cu");
  if (access(path.c_str(), R_OK) != 0) return refuse(std::strerror(errno));
  if (fs::file_size(path, error) > kKernelBytesMax) return refuse(fmt::format("larger than {} bytes", kKernelBytesMax));
  return kernel;
}

}  // namespace straylane
