#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace straylane {

// Unsigned numbers in groups of 7 bits, least significant first, the top bit set on all bytes but the last (LEB128).
inline void put_varint(std::uint64_t value, std::vector<std::uint8_t>& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

inline void put_text(std::string_view text, std::vector<std::uint8_t>& out) {
  put_varint(text.size(), out);
  out.insert(out.end(), text.begin(), text.end());
}

// Takes values from the front of some bytes. After the first that is not there, or too large, it has failed and gives
// zeros and empty text.
class VarintReader {
 public:
  explicit VarintReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint64_t number(std::uint64_t max) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 63 && !bytes_.empty(); shift += 7) {
      const std::uint8_t byte = bytes_.front();
      bytes_ = bytes_.subspan(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) {
        if (value <= max) return value;
        break;
      }
    }
    return fail();
  }

  std::string text(std::size_t length_max) {
    const std::size_t length = number(length_max);
    if (length > bytes_.size()) {
      fail();
      return {};
    }
    std::string out(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(length));
    bytes_ = bytes_.subspan(length);
    return out;
  }

  // Four bytes, the low one first.
  std::uint32_t word() {
    if (bytes_.size() < 4) return static_cast<std::uint32_t>(fail());
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(bytes_[i]) << 8 * i;
    bytes_ = bytes_.subspan(4);
    return value;
  }

  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::uint64_t fail() {
    failed_ = true;
    bytes_ = {};
    return 0;
  }

  std::span<const std::uint8_t> bytes_;
  bool failed_ = false;
};

}  // namespace straylane
