#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace straylane {

// Base64 with the URL and file name safe alphabet and without padding (RFC 4648, section 5).
std::string to_base64url(std::span<const std::uint8_t> bytes);

// Nothing where a character is outside the alphabet, the length is impossible, or the unused bits of the last
// character are not zero: every string of bytes has one text.
std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text);

}  // namespace straylane
