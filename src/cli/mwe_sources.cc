#include "cli/mwe_sources.h"

#include <filesystem>

#include "os/beside_program.h"
#include "os/files.h"
#include "program/factory/factory_program.h"
#include "program/factory/held_call.h"

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

namespace {

using Sources = std::map<std::string, std::string>;

// The package without its suite: what a finding launches.
Expected<Sources> factory_sources() {
  return mwe_sources().map([](const Sources& all) {
    Sources sources;
    for (const char* name : {"__init__.py", "allocator_factory.py", "kernel_factory.py"}) {
      sources[std::string("numba_mwe/") + name] = all.at(name);
    }
    return sources;
  });
}

Expected<Sources> planted_sources(const std::string& program) {
  const auto folder = beside_program("python/planted");
  if (folder.empty()) return make_error(ErrorCode::kStorage, "python/planted is not beside this program");
  Sources sources;
  for (const std::string& name : {std::string("__init__.py"), program + ".py", program + "_allocator.py"}) {
    if (name == program + "_allocator.py" && !std::filesystem::exists(folder / name)) continue;
    const auto text = read_file(folder / name, kSourceBytesMax);
    if (!text) return tl::unexpected(text.error());
    sources["planted/" + name] = *text;
  }
  return sources;
}

}  // namespace

Expected<HeldProgram> held_program_with_sources(const std::string& program, const Failure& failure) {
  HeldProgram held = held_program(program, failure);
  auto sources = program == factory_program().name ? factory_sources() : planted_sources(program);
  return sources.map([&held](Sources& files) {
    held.sources = std::move(files);
    return std::move(held);
  });
}

}  // namespace straylane
