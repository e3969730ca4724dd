#include "codec/one_line.h"

#include <fmt/format.h>

namespace straylane {
namespace {

constexpr std::size_t kPlaceLengthMax = 1024;

std::string escape(std::string_view text, std::size_t length_max, bool keep_above_ascii) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (out.size() >= length_max) return out + "...";
    if ((byte >= 0x20 && byte < 0x7f) || (keep_above_ascii && byte >= 0x80)) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", byte);
    }
  }
  return out;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t length_max) { return escape(text, length_max, false); }

std::string one_line_place(std::string_view place) { return escape(place, kPlaceLengthMax, true); }

}  // namespace straylane
