#include "targets/host/worker/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace straylane {

std::string to_string(const Diagnostic& d) {
  return d.line == 0 ? d.message : fmt::format("{}:{}:{}: {}", d.file, d.line, d.column, d.message);
}

std::string to_string(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  const std::size_t shown = std::min(diagnostics.size(), kDiagnosticsMax);
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : "\n") + to_string(diagnostics[i]);
  if (shown < diagnostics.size()) text += fmt::format("\nand {} more", diagnostics.size() - shown);
  return text;
}

}  // namespace straylane
