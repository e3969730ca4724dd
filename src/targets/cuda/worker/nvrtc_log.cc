#include "targets/cuda/worker/nvrtc_log.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace straylane {
namespace {

constexpr std::size_t kMargin = 2;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// "FILE(LINE): error: MESSAGE", also with a number as in "error #20: "; "catastrophic error: " is one, too.
std::optional<SourceDiagnostic> headline(std::string_view line) {
  const std::size_t open = line.find('(');
  const std::size_t close = line.find("): ", open == std::string_view::npos ? 0 : open);
  const std::size_t error = line.find("error", close == std::string_view::npos ? 0 : close);
  if (open == std::string_view::npos || close == std::string_view::npos || error == std::string_view::npos) return {};
  const std::string_view severity = line.substr(close + 3, error - close - 3);
  if (!severity.empty() && severity != "catastrophic ") return {};
  const std::size_t colon = line.find(": ", error);
  if (colon == std::string_view::npos) return {};
  SourceDiagnostic diagnostic;
  diagnostic.file = line.substr(0, open);
  const auto number = line.substr(open + 1, close - open - 1);
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), diagnostic.line);
  if (parsed.ec != std::errc() || parsed.ptr != number.data() + number.size()) return {};
  diagnostic.message = line.substr(colon + 2);
  return diagnostic;
}

// The column that the line below the source draws; 0 where it draws none.
unsigned column_in(std::string_view caret_line) {
  const std::size_t caret = caret_line.find_first_not_of(" \t");
  if (caret == std::string_view::npos || caret < kMargin || caret_line.substr(caret) != "^") return 0;
  return static_cast<unsigned>(caret - kMargin + 1);
}

}  // namespace

std::vector<SourceDiagnostic> errors_in_nvrtc_log(std::string_view log) {
  const auto lines = lines_of(log);
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
    if (!text.empty()) text += "; ";
    if (d.line == 0) {
      text += d.message;
    } else if (d.column == 0) {
      text += fmt::format("{}:{}: {}", d.file, d.line, d.message);
    } else {
      text += fmt::format("{}:{}:{}: {}", d.file, d.line, d.column, d.message);
    }
  }
  return text;
}

}  // namespace straylane
