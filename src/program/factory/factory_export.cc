#include "program/factory/factory_export.h"

#include <fmt/format.h>

#include "program/factory/factory_program.h"
#include "program/factory/factory_texts.h"

namespace straylane {
namespace {

constexpr const char* kSettingsStart = "DEFAULT_SETTINGS = {";

}  // namespace

HeldProgram held_program(const std::string& program, const Failure& failure) {
  const bool planted = !program.empty() && program != factory_program().name;
  HeldProgram held{.schema = factory_program().schema,
                   .package = planted ? "planted" : "numba_mwe",
                   .module = planted ? "planted." + program : "numba_mwe.kernel_factory",
                   .call = kHeldCall,
                   .parts = {planted ? "planted" : "factory"}};
  if (failure.oracle == kStrayLane) held.parts.insert("guard");
  if (planted) held.cannot_export = "an exported test calls the factory kernel, and this is program " + program;
  return held;
}

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
  files["README.md"] = fmt::format(kMweReadme, schema.describe(settings));
  return files;
}

}  // namespace straylane
