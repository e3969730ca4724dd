#include "os/beside_program.h"

#include <utility>

namespace straylane {
namespace {

// A function, so that it is made before the first use, whatever the order of static objects.
std::filesystem::path& program_folder() {
  static std::filesystem::path folder;
  return folder;
}

}  // namespace

std::filesystem::path beside_program(const std::string& relative) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  for (auto folder = program.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / relative, error)) return folder / relative;
  }
  if (!program_folder().empty() && std::filesystem::exists(program_folder() / relative, error)) {
    return program_folder() / relative;
  }
  return {};
}

void set_program_folder(std::filesystem::path folder) { program_folder() = std::move(folder); }

}  // namespace straylane
