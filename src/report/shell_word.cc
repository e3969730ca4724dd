#include "report/shell_word.h"

#include <cctype>
#include <string_view>

namespace straylane {

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "_-./,+=:@%";
  bool plain = !text.empty();
  for (const char c : text) {
    plain = plain && (std::isalnum(static_cast<unsigned char>(c)) != 0 || kPlain.find(c) != std::string_view::npos);
  }
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace straylane
