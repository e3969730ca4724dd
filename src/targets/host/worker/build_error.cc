#include "targets/host/worker/build_error.h"

#include <fmt/format.h>

#include "program/factory/kernel_parts.h"

namespace straylane {
namespace {

std::string text_of(const CompileError& error) { return to_string(error.diagnostics); }

std::string text_of(const LinkError& error) {
  const std::string detail = error.detail.empty() ? "" : ": " + error.detail;
  switch (error.kind) {
    case LinkError::Kind::kUnresolvedSymbol:
      return fmt::format("{}: unresolved symbol {}{}", error.source, error.symbol, detail);
    case LinkError::Kind::kDuplicateSymbol:
      return fmt::format("{}: duplicate symbol {}{}", error.source, error.symbol, detail);
    case LinkError::Kind::kWrongSignature:
      return fmt::format("{}: {} is not as the contract has it{}", error.source, error.symbol, detail);
    case LinkError::Kind::kNoPart:
      return fmt::format("{}: defines neither {} nor {}{}", error.source, kKernelSymbol, kAllocatorSymbol, detail);
    case LinkError::Kind::kInternal:
      return fmt::format("{}: cannot be built{}", error.source, detail);
  }
  return error.detail;
}

}  // namespace

std::string to_string(const BuildError& error) {
  return std::visit([](const auto& kind) { return text_of(kind); }, error);
}

}  // namespace straylane
