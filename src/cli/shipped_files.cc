#include "cli/shipped_files.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "os/beside_program.h"
#include "os/files.h"
#include "program/factory/factory_export.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Sources = std::map<std::string, std::string>;

constexpr std::size_t kBytesMax = 1 << 20;

// Reads files of a Python package beside the program. The keys are `prefix` and the name.
Expected<Sources> read_sources(const std::string& package, const std::vector<std::string>& names,
                               const std::string& prefix) {
  const fs::path folder = beside_program("python/" + package);
  if (folder.empty()) return make_error(ErrorCode::kStorage, "python/" + package + " is not beside this program");
  Sources sources;
  for (const std::string& name : names) {
    const auto text = assign(sources[prefix + name], read_file(folder / name, kBytesMax));
    if (!text) return tl::unexpected(text.error());
  }
  return sources;
}

}  // namespace

Expected<Sources> mwe_sources() {
  return read_sources("numba_mwe",
                      {"__init__.py", "allocator_factory.py", "kernel_factory.py", "conftest.py", "test_mwe.py"}, "");
}

Expected<HeldProgram> held_program_with_sources(const std::string& program, const Failure& failure) {
  HeldProgram held = held_program(program, failure);
  std::vector<std::string> names = {"__init__.py", "allocator_factory.py", "kernel_factory.py"};
  if (held.package == "planted") {
    names = {"__init__.py", program + ".py"};
    const std::string allocator = program + "_allocator.py";
    if (!beside_program("python/planted/" + allocator).empty()) names.push_back(allocator);
  }
  return read_sources(held.package, names, held.package + "/").map([&held](Sources sources) {
    held.sources = std::move(sources);
    return std::move(held);
  });
}

fs::path regressions_folder() {
  std::error_code error;
  const fs::path folder = beside_program("regressions");
  return folder.empty() ? folder : fs::canonical(folder, error);
}

Expected<std::map<std::string, std::string>> known_fixes(const std::string& bucket) {
  const fs::path file = regressions_folder() / bucket / "fixed.json";
  if (!is_there(file)) return {};
  const auto text = read_file(file, kBytesMax);
  if (!text) return tl::unexpected(text.error());
  try {
    return nlohmann::json::parse(*text).get<std::map<std::string, std::string>>();
  } catch (const nlohmann::json::exception&) {
    return make_error(ErrorCode::kMalformed, file.string() + ": must be an object of strings");
  }
}

}  // namespace straylane
