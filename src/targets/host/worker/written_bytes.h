#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace straylane {

// Which bytes of a buffer have been written since it was poisoned.
class WrittenBytes {
 public:
  void add(std::size_t offset, std::size_t bytes, std::size_t buffer_bytes) {
    if (bytes == 0) return;
    if (written_.size() < buffer_bytes) written_.resize(buffer_bytes);
    if (bytes == sizeof kWord) {
      std::memcpy(&written_[offset], &kWord, sizeof kWord);
    } else {
      std::memset(&written_[offset], 1, bytes);
    }
    from_ = std::min(from_, offset);
    to_ = std::max(to_, offset + bytes);
  }
  bool all(std::size_t offset, std::size_t bytes) const {
    if (offset < from_ || offset + bytes > to_) return bytes == 0;
    if (bytes == sizeof kWord) return std::memcmp(&written_[offset], &kWord, sizeof kWord) == 0;
    const auto first = written_.begin() + static_cast<std::ptrdiff_t>(offset);
    return std::all_of(first, first + static_cast<std::ptrdiff_t>(bytes), [](std::uint8_t w) { return w != 0; });
  }
  void forget() {
    if (to_ - from_ == sizeof kWord) {
      std::memset(&written_[from_], 0, sizeof kWord);
    } else if (from_ < to_) {
      std::memset(&written_[from_], 0, to_ - from_);
    }
    from_ = SIZE_MAX;
    to_ = 0;
  }
  // What has been written lies in [from, to).
  std::size_t from() const { return from_; }
  std::size_t to() const { return to_; }

 private:
  static constexpr std::uint32_t kWord = 0x01010101;  // what most accesses are of

  std::vector<std::uint8_t> written_;  // made at the first write
  std::size_t from_ = SIZE_MAX;
  std::size_t to_ = 0;
};

}  // namespace straylane
