#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace straylane {

// Base64 without padding, in the alphabet that is safe in URLs and file names (RFC 4648, section 5).
std::string to_base64url(std::span<const std::uint8_t> bytes);

// Decodes what to_base64url writes. Gives nothing if a character is outside the alphabet, the length is impossible, or
// the unused bits of the last character are not zero. So each string of bytes has exactly one text.
std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text);

}  // namespace straylane
