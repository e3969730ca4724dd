#include "report/html_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "report/source_text.h"

namespace straylane {
namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

// Length of the UTF-8 sequence at the start of `text`; 0 where it is none, and for U+FFFE and U+FFFF, which XML has not.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = character_bytes(text);
  return length == 3 && byte(0) == 0xef && byte(1) == 0xbf && byte(2) >= 0xbe ? 0 : length;
}

const char* entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\n' && c != '\t') || code == 0x7f ? kReplacement : nullptr;
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const char* entity = length == 0 ? kReplacement : length == 1 ? entity_of(text[0]) : nullptr;
    if (entity != nullptr) {
      out += entity;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string grouped(std::uint64_t number) {
  const std::string digits = fmt::format("{}", number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += "\u202F";
    out += digits[i];
  }
  return out;
}

std::string compact(double number) {
  constexpr std::array<const char*, 5> kUnits = {"", "k", "M", "G", "T"};
  std::size_t unit = 0;
  while (std::abs(number) >= 999.5 && unit + 1 < kUnits.size()) {
    number /= 1000;
    ++unit;
  }
  const bool whole = std::abs(number - std::round(number)) < 0.05 || std::abs(number) >= 100;
  return whole ? fmt::format("{:.0f}{}", number, kUnits[unit]) : fmt::format("{:.1f}{}", number, kUnits[unit]);
}

std::string duration_text(double seconds) {
  if (seconds < 1) return fmt::format("{:.3g} s", seconds);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  const std::uint64_t minutes = whole / 60;
  if (minutes < 60)
    return whole % 60 == 0 ? fmt::format("{} min", minutes) : fmt::format("{} min {} s", minutes, whole % 60);
  const std::uint64_t hours = minutes / 60;
  if (hours < 48)
    return minutes % 60 == 0 ? fmt::format("{} h", hours) : fmt::format("{} h {} min", hours, minutes % 60);
  return fmt::format("{} d {} h", hours / 24, hours % 24);
}

}  // namespace straylane
