#include "program/factory/mwe_package.h"

#include <fmt/format.h>

#include "program/factory/factory_program.h"

namespace straylane {
namespace {

constexpr const char* kSettingsStart = "DEFAULT_SETTINGS = {";

constexpr const char* kReadme = R"md(# numba_mwe

A kernel that two factories build at run time, and a pytest suite that launches it. One factory builds the allocator, a
device function with a local array; the other binds it into the kernel. The first `n_threads` elements of the output must
be 1, the rest 0. Defaults (`numba_mwe/conftest.py`): {}.

It needs numpy, pytest, and numba or numba-cuda. In this folder, on Numba's CUDA simulator:

Once:

    NUMBA_ENABLE_CUDASIM=1 python3 -m pytest numba_mwe

Ten times, up to the first failure:

    for run in 1 2 3 4 5 6 7 8 9 10; do NUMBA_ENABLE_CUDASIM=1 python3 -m pytest -q numba_mwe || break; done

Without `NUMBA_ENABLE_CUDASIM=1` it runs on a GPU.

## What a failure looks like

On the simulators of numba 0.56.4, 0.61.2 and numba-cuda up to 0.24.0 the suite nearly always passes. Rarely, when the
operating system switches between two simulated threads in the wrong places, one test fails with

    AttributeError: tid=[1, 0, 0] ctaid=[0, 0, 0]: module 'numba.cuda' has no attribute 'local'

where `tid` and `ctaid` name the thread that failed; another time it is another thread, and mostly none. Each launch of
this example is such a chance, so a run of the suite that passes shows nothing.
)md";

}  // namespace

Expected<std::map<std::string, std::string>> render_mwe_package(const std::map<std::string, std::string>& sources,
                                                                const Settings& settings) {
  std::map<std::string, std::string> files;
  for (const auto& [name, text] : sources) files["numba_mwe/" + name] = text;
  std::string& text = files["numba_mwe/conftest.py"];
  const std::size_t start = text.find(kSettingsStart);
  if (start == std::string::npos) {
    return make_error(ErrorCode::kInternal, fmt::format("numba_mwe/conftest.py has no line {}...", kSettingsStart));
  }
  const Schema& schema = factory_program().schema;
  std::string defaults;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    defaults += fmt::format("{}\"{}\": {}", i == 0 ? "" : ", ", schema[i].name, settings[i]);
  }
  text.replace(start, text.find('\n', start) - start, kSettingsStart + defaults + "}");
  files["README.md"] = fmt::format(kReadme, schema.describe(settings));
  return files;
}

}  // namespace straylane
