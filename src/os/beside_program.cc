#include "os/beside_program.h"

namespace straylane {

std::filesystem::path beside_program(const std::string& relative) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  for (auto folder = program.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / relative, error)) return folder / relative;
  }
  return {};
}

}  // namespace straylane
