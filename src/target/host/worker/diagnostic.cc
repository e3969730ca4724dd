#include "target/host/worker/diagnostic.h"

#include <fmt/format.h>

namespace straylane {

std::string to_string(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& d : diagnostics) {
    if (!text.empty()) text += "; ";
    text += d.line == 0 ? d.message : fmt::format("{}:{}:{}: {}", d.file, d.line, d.column, d.message);
  }
  return text;
}

}  // namespace straylane
