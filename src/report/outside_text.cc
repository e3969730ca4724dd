#include "report/outside_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace straylane {
namespace {

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_one_of(std::string_view characters, char c) { return characters.find(c) != std::string_view::npos; }
bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

constexpr const char* kReplacement = "\xEF\xBF\xBD";

// Length of the UTF-8 sequence at the start of `text`; 0 where it is none, and for U+FFFE and U+FFFF, which XML has
// not.
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

std::size_t character_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t bytes = first < 0x80                    ? 1
                            : first >= 0xC2 && first < 0xE0 ? 2
                            : first >= 0xE0 && first < 0xF0 ? 3
                            : first >= 0xF0 && first < 0xF5 ? 4
                                                            : 0;
  if (bytes == 0 || bytes > text.size()) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues_a_character(text[i])) return 0;
  }
  if (bytes < 3) return bytes;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool too_long = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool no_character = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return too_long || no_character ? 0 : bytes;
}

std::string clean(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    const auto first = static_cast<unsigned char>(text[0]);
    // U+0080..U+009F are control characters, too.
    const bool control =
        first < 0x20 || first == 0x7F || (bytes == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0);
    if (bytes == 0) {
      out += '?';
    } else if (control) {
      out += ' ';
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) width += !continues_a_character(c);
  return width;
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
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace straylane
