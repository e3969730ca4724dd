#include "targets/host/worker/build_error.h"

#include <fmt/format.h>

#include <algorithm>

#include "program/factory/device_call.h"

namespace straylane {
namespace {

std::string text_of(const CompileError& error) {
  std::string text;
  const std::size_t shown = std::min(error.diagnostics.size(), kDiagnosticsMax);
  for (std::size_t i = 0; i < shown; ++i) {
    const Diagnostic& d = error.diagnostics[i];
    const std::string place = d.line == 0 ? "" : fmt::format("{}:{}:{}: ", d.file, d.line, d.column);
    text += (i == 0 ? "" : "\n") + place + d.message;
  }
  if (shown < error.diagnostics.size()) text += fmt::format("\nand {} more", error.diagnostics.size() - shown);
  return text;
}

std::string text_of(const LinkError& error) {
  static const std::string kProblems[] = {
      "unresolved symbol {}", "duplicate symbol {}", "{} is not as the contract has it",
      fmt::format("defines neither {} nor {}", kKernelSymbol, kAllocatorSymbol), "cannot be built"};
  const std::string& problem = kProblems[static_cast<std::size_t>(error.kind)];
  return fmt::format("{}: {}{}{}", error.source, fmt::format(fmt::runtime(problem), error.symbol),
                     error.detail.empty() ? "" : ": ", error.detail);
}

}  // namespace

std::string to_string(const BuildError& error) {
  return std::visit([](const auto& kind) { return text_of(kind); }, error);
}

std::string refusal_of_kernel(const BuildError& error) {
  const auto* link = std::get_if<LinkError>(&error);
  const bool breaks_contract = link != nullptr && link->kind != LinkError::Kind::kInternal;
  return to_string(error) + (breaks_contract ? " (see docs/kernels.md)" : "");
}

}  // namespace straylane
