#pragma once

#include <cstdint>
#include <span>

namespace straylane {

// CRC-32 (ISO-HDLC, as in zip and PNG). Detects every error that lies within 32 neighbouring bits.
inline std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

}  // namespace straylane
