#include "report/report_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "domain/case.h"

namespace straylane {
namespace {

bool is_one_of(std::string_view characters, char c) { return characters.find(c) != std::string_view::npos; }
bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The length of the character at the beginning of `text`; 0 if no well-formed one begins there.
//
// Precondition: `text` is not empty.
std::size_t character_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t bytes = first < 0x80                    ? 1
                            : first >= 0xC2 && first < 0xE0 ? 2
                            : first >= 0xE0 && first < 0xF0 ? 3
                            : first >= 0xF0 && first < 0xF5 ? 4
                                                            : 0;
  if (bytes == 0 || bytes > text.size()) return 0;
  if (!std::all_of(text.begin() + 1, text.begin() + bytes, continues_a_character)) return 0;
  if (bytes < 3) return bytes;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool too_long = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool no_character = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return too_long || no_character ? 0 : bytes;
}

// Puts `replaced(character)` together for all characters of `text`. Each byte that belongs to no character counts as an
// empty one.
std::string replaced_characters(std::string_view text, const auto& replaced) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    out += replaced(text.substr(0, bytes));
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return out;
}

}  // namespace

std::string grouped(std::uint64_t number, std::string_view separator) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t left = digits.size(); left > 3;) digits.insert(left -= 3, separator);
  return digits;
}

std::string compact(double number) {
  std::string_view units = " kMGT";
  for (; std::abs(number) >= 999.5 && units.size() > 1; units.remove_prefix(1)) number /= 1000;
  const bool whole = std::abs(number - std::round(number)) < 0.05 || std::abs(number) >= 100;
  return fmt::format("{:.{}f}{}", number, whole ? 0 : 1, units.front() == ' ' ? "" : units.substr(0, 1));
}

std::string duration_text(double seconds) {
  if (seconds < 1) return fmt::format("{:.3g} s", seconds);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  const auto with_rest = [](std::uint64_t count, const char* unit, const char* smaller_unit) {
    const std::string text = fmt::format("{} {}", count / 60, unit);
    return count % 60 == 0 ? text : fmt::format("{} {} {}", text, count % 60, smaller_unit);
  };
  if (whole < 3600) return with_rest(whole, "min", "s");
  if (whole < 48 * 3600) return with_rest(whole / 60, "h", "min");
  return fmt::format("{} d {} h", whole / 86400, whole / 3600 % 24);
}

std::string clean(std::string_view text) {
  return replaced_characters(text, [](std::string_view c) -> std::string_view {
    const bool ascii_control = c < "\x20" || c == "\x7F";
    const bool c1_control = c >= "\xC2\x80" && c < "\xC2\xA0";
    return c.empty() ? "?" : ascii_control || c1_control ? " " : c;
  });
}

std::size_t width_of(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_a_character));
}

std::string first_characters(const std::string& text, std::size_t width) {
  std::size_t end = 0;
  while (end < text.size() && (width > 0 || continues_a_character(text[end]))) {
    if (!continues_a_character(text[end])) --width;
    ++end;
  }
  return text.substr(0, end);
}

std::string cut(std::string_view text, std::size_t width) {
  std::string cleaned = clean(text);
  if (width_of(cleaned) <= width) return cleaned;
  return first_characters(cleaned, width - 3) + "...";
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t has = width_of(text);
  if (has < width) text.append(width - has, ' ');
  return text;
}

std::string html_text(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
      {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}};
  return replaced_characters(text, [](std::string_view c) -> std::string_view {
    for (const auto& [character, entity] : kEntities) {
      if (c == character) return entity;
    }
    const bool control = (c < "\x20" && c != "\n" && c != "\t") || c == "\x7F";  // so is an empty one
    const bool not_in_xml = c == "\xEF\xBF\xBE" || c == "\xEF\xBF\xBF";
    return control || not_in_xml ? "\uFFFD" : c;
  });
}

std::string percent_encoded(std::string_view text, std::string_view kept) {
  std::string out;
  for (const char c : text) {
    const bool plain = is_alphanumeric(c) || is_one_of("-._~", c) || is_one_of(kept, c);
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || is_one_of("_-./,+=:@%", c);
  });
  if (plain) return text;
  std::string quoted = text;
  for (auto at = quoted.find('\''); at != std::string::npos; at = quoted.find('\'', at + 4)) {
    quoted.replace(at, 1, "'\\''");
  }
  return "'" + quoted + "'";
}

}  // namespace straylane
