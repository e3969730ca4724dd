#include "codec/sha1.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <utility>
#include <vector>

namespace straylane {
namespace {

constexpr std::size_t kBlockBytes = 64;

using State = std::array<std::uint32_t, 5>;

void add_block(std::span<const std::uint8_t> block, State& state) {
  std::array<std::uint32_t, 80> w{};
  for (std::size_t i = 0; i < kBlockBytes; ++i) w[i / 4] = w[i / 4] << 8 | block[i];
  for (std::size_t i = 16; i < w.size(); ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  auto [a, b, c, d, e] = state;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const auto [f, k] = i < 20   ? std::pair{(b & c) | (~b & d), 0x5a827999U}
                        : i < 40 ? std::pair{b ^ c ^ d, 0x6ed9eba1U}
                        : i < 60 ? std::pair{(b & c) | (b & d) | (c & d), 0x8f1bbcdcU}
                                 : std::pair{b ^ c ^ d, 0xca62c1d6U};
    const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[i];
    e = std::exchange(d, std::exchange(c, std::rotl(std::exchange(b, std::exchange(a, next)), 30)));
  }
  const State added = {a, b, c, d, e};
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += added[i];
}

}  // namespace

std::string sha1_hex(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> text(bytes.begin(), bytes.end());
  text.push_back(0x80);
  while (text.size() % kBlockBytes != kBlockBytes - 8) text.push_back(0);
  for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<std::uint8_t>(bytes.size() * 8 >> shift));
  State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for (std::size_t at = 0; at < text.size(); at += kBlockBytes) {
    add_block(std::span(text).subspan(at, kBlockBytes), state);
  }
  std::string hex;
  for (const std::uint32_t word : state) hex += fmt::format("{:08x}", word);
  return hex;
}

}  // namespace straylane
