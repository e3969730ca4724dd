#include "cli/mwe_sources.h"

#include <filesystem>

#include "os/beside_program.h"
#include "os/files.h"

namespace straylane {
namespace {

constexpr std::size_t kSourceBytesMax = 1 << 20;

}  // namespace

Expected<std::map<std::string, std::string>> mwe_sources() {
  std::map<std::string, std::string> sources;
  const auto folder = beside_program("python/numba_mwe");
  if (folder.empty()) return make_error(ErrorCode::kStorage, "python/numba_mwe is not beside this program");
  for (const char* name : {"__init__.py", "allocator_factory.py", "kernel_factory.py", "conftest.py", "test_mwe.py"}) {
    const auto text = read_file(folder / name, kSourceBytesMax);
    if (!text) return tl::unexpected(text.error());
    sources[name] = *text;
  }
  return sources;
}

Expected<std::map<std::string, std::string>> factory_sources() {
  return mwe_sources().map([](std::map<std::string, std::string> sources) {
    sources.erase("conftest.py");
    sources.erase("test_mwe.py");
    return sources;
  });
}

Expected<std::map<std::string, std::string>> program_sources(const std::string& program) {
  std::map<std::string, std::string> sources;
  if (program == "factory") {
    const auto files = factory_sources();
    if (!files) return tl::unexpected(files.error());
    for (const auto& [name, text] : *files) sources["numba_mwe/" + name] = text;
    return sources;
  }
  const auto folder = beside_program("python/planted");
  if (folder.empty()) return make_error(ErrorCode::kStorage, "python/planted is not beside this program");
  for (const std::string& name : {std::string("__init__.py"), program + ".py", program + "_allocator.py"}) {
    if (name == program + "_allocator.py" && !std::filesystem::exists(folder / name)) continue;
    const auto text = read_file(folder / name, kSourceBytesMax);
    if (!text) return tl::unexpected(text.error());
    sources["planted/" + name] = *text;
  }
  return sources;
}

}  // namespace straylane
