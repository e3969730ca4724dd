#include "codec/base64url.h"

namespace straylane {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string to_base64url(std::span<const std::uint8_t> bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8 | byte) & 0xffff;  // at most 6 bits are left from before
    count += 8;
    for (; count >= 6; count -= 6) out += kAlphabet[bits >> (count - 6) & 0x3f];
  }
  if (count > 0) out += kAlphabet[bits << (6 - count) & 0x3f];
  return out;
}

std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text) {
  std::vector<std::uint8_t> out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> count));
    }
  }
  const bool left_over = (bits & ((1U << count) - 1)) != 0;
  if (count >= 6 || left_over) return std::nullopt;
  return out;
}

}  // namespace straylane
