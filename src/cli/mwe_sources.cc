#include "cli/mwe_sources.h"

#include "campaign/artifact_folder.h"
#include "target/beside_program.h"

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

}  // namespace straylane
