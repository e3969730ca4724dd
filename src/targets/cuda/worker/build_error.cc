#include "targets/cuda/worker/build_error.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <ranges>

#include "domain/enum_names.h"

namespace straylane {
namespace {

constexpr std::size_t kMargin = 2;  // NVRTC indents the source line and the caret by this much

// Reads "FILE(LINE): error: MESSAGE". The word may also be "error #20" or "catastrophic error".
std::optional<SourceDiagnostic> headline(std::string_view line) {
  const std::size_t open = line.find('(');
  const std::size_t close = line.find("): ", open);
  const std::size_t error = line.find("error", close);
  const std::size_t colon = line.find(": ", error);
  if (colon == std::string_view::npos) return {};  // which it also is if an earlier part was not found
  const std::string_view severity = line.substr(close + 3, error - close - 3);
  if (!severity.empty() && severity != "catastrophic ") return {};
  SourceDiagnostic diagnostic{.file = std::string(line.substr(0, open)),
                              .message = std::string(line.substr(colon + 2))};
  const char* const end = line.data() + close;
  const auto parsed = std::from_chars(line.data() + open + 1, end, diagnostic.line);
  if (parsed.ec != std::errc() || parsed.ptr != end) return {};
  return diagnostic;
}

// The column at which the caret stands; 0 if the line is not a caret alone.
unsigned column_in(std::string_view caret_line) {
  const std::size_t caret = caret_line.find_first_not_of(" \t");
  if (caret == std::string_view::npos || caret < kMargin || caret_line.substr(caret) != "^") return 0;
  return static_cast<unsigned>(caret - kMargin + 1);
}

}  // namespace

std::vector<SourceDiagnostic> errors_in_nvrtc_log(std::string_view log) {
  std::vector<std::string_view> lines;
  for (const auto line : std::views::split(log, '\n')) lines.emplace_back(line.begin(), line.end());
  std::vector<SourceDiagnostic> errors;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto error = headline(lines[i]);
    if (!error) continue;
    if (i + 2 < lines.size()) error->column = column_in(lines[i + 2]);
    errors.push_back(std::move(*error));
  }
  return errors;
}

std::string to_string(const std::vector<SourceDiagnostic>& diagnostics) {
  std::string text;
  for (const SourceDiagnostic& d : diagnostics) {
    const std::string column = d.column == 0 ? "" : fmt::format("{}:", d.column);
    const std::string place = d.line == 0 ? "" : fmt::format("{}:{}:{} ", d.file, d.line, column);
    text += (text.empty() ? "" : "; ") + place + d.message;
  }
  return text;
}

ThrownException to_exception(const BuildError& error) {
  const char* type = enum_name({"CompileError", "UnresolvedSymbol", "DuplicateSymbol", "BrokenLtoIr", "NotLtoIr",
                                "NewerArchitecture", "NoPart", "WrongSignature", "CompilerError"},
                               error.kind);
  return {type, error.message, ""};
}

}  // namespace straylane
