#include "fuzz/well_formed_xml.h"

#include <array>
#include <vector>

namespace straylane {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '_';
}

std::string_view take_name(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_name_character(text[size])) ++size;
  const std::string_view name = text.substr(0, size);
  text.remove_prefix(size);
  return name;
}

bool begins_entity(std::string_view text) {
  constexpr std::array<std::string_view, 6> kEntities = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#39;"};
  for (const std::string_view entity : kEntities) {
    if (text.starts_with(entity)) return true;
  }
  return false;
}

// Takes all attributes, each ` name="value"`.
std::string take_attributes(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\n')) {
    text.remove_prefix(1);
    if (take_name(text).empty()) return "an attribute without a name";
    if (!text.starts_with("=\"")) return "an attribute without a quoted value";
    text.remove_prefix(2);
    for (; !text.empty() && text[0] != '"'; text.remove_prefix(1)) {
      if (text[0] == '<' || (text[0] == '&' && !begins_entity(text))) return "a character in an attribute";
    }
    if (text.empty()) return "an attribute that does not end";
    text.remove_prefix(1);
  }
  return {};
}

}  // namespace

std::string wrong_in_xml(std::string_view text) {
  std::vector<std::string_view> open;
  while (!text.empty()) {
    if (text[0] != '<') {
      if (text[0] == '>' || (text[0] == '&' && !begins_entity(text))) return "a character in the text";
      if (open.empty() && text[0] != '\n') return "text outside the element";
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(1);
    const bool closes = text.starts_with('/');
    if (closes) text.remove_prefix(1);
    const std::string_view name = take_name(text);
    if (name.empty()) return "a tag without a name";
    if (closes) {
      if (open.empty() || open.back() != name) return "a tag that closes another: " + std::string(name);
      open.pop_back();
    } else if (std::string wrong = take_attributes(text); !wrong.empty()) {
      return wrong;
    }
    const bool empty_element = !closes && text.starts_with('/');
    if (empty_element) text.remove_prefix(1);
    if (!text.starts_with('>')) return "a tag that does not end: " + std::string(name);
    text.remove_prefix(1);
    if (!closes && !empty_element) open.push_back(name);
  }
  return open.empty() ? "" : "a tag that is not closed: " + std::string(open.back());
}

}  // namespace straylane
