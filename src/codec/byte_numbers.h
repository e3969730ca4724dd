#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace straylane {

// Writes the low `count` bytes of a number, the lowest first.
inline void put_number(std::uint64_t value, std::size_t count, std::vector<std::uint8_t>& out) {
  for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

// Reads such a number.
// Precondition: at most 8 bytes.
inline std::uint64_t number_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) number |= std::uint64_t{bytes[i]} << 8 * i;
  return number;
}

// Writes a number in groups of 7 bits, the lowest first. The top bit is set on every byte but the last (LEB128).
inline void put_varint(std::uint64_t value, std::vector<std::uint8_t>& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

inline void put_text(std::string_view text, std::vector<std::uint8_t>& out) {
  put_varint(text.size(), out);
  out.insert(out.end(), text.begin(), text.end());
}

// Takes values from the front of some bytes. Once a value is missing or too large, the reader has failed and gives only
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
      if ((byte & 0x80) != 0) continue;
      return value <= max ? value : fail();
    }
    return fail();
  }

  std::string text(std::size_t length_max) {
    const auto text = take(number(length_max));
    return {text.begin(), text.end()};
  }

  // Four bytes, the lowest first.
  std::uint32_t word() { return static_cast<std::uint32_t>(number_of(take(4))); }

  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > bytes_.size()) {
      fail();
      return {};
    }
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  std::uint64_t fail() {
    failed_ = true;
    bytes_ = {};
    return 0;
  }

  std::span<const std::uint8_t> bytes_;
  bool failed_ = false;
};

}  // namespace straylane
