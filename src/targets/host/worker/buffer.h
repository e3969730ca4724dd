#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <vector>

#include "order/access.h"

namespace straylane {

enum class Space : std::uint8_t { kLocal, kShared, kGlobal };
const char* to_string(Space space);

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
  // Every written byte lies in [from, to).
  std::size_t from() const { return from_; }
  std::size_t to() const { return to_; }

 private:
  static constexpr std::uint32_t kWord = 0x01010101;  // marks four bytes at once, the size of most accesses

  std::vector<std::uint8_t> written_;  // allocated at the first write
  std::size_t from_ = SIZE_MAX;
  std::size_t to_ = 0;
};

// A piece of device memory whose bounds are known.
struct Buffer {
  char* begin = nullptr;
  std::size_t bytes = 0;
  const char* name = "";
  Space space = Space::kGlobal;
  std::uint32_t number = 0;  // among the buffers of a launch; the same in every launch of a program
  AccessCells cells;         // used for global and shared memory
  WrittenBytes written;      // used for local and shared memory

  char* end() const { return begin + bytes; }
  bool has(const char* address, std::size_t size) const {
    return address >= begin && address <= end() && size <= static_cast<std::size_t>(end() - address);
  }
};

inline constexpr std::uint32_t kPoison = 0x7FC0DEAD;  // a quiet NaN as a float

// Fills memory with quiet NaNs of four bytes, so that reading it before a write shows in the output.
void poison(char* begin, std::size_t bytes);

// Poisons what has been written in the buffer, and forgets that it was written.
void poison_again(Buffer& buffer);

// The local memory of threads: poisoned buffers with a gap on both sides. A buffer that is released is kept for the
// next thread that wants about as much.
class LocalMemory {
 public:
  // Returns a poisoned buffer, which stays valid until it is released. `name` must outlive its use.
  Buffer* acquire(std::size_t bytes, const char* name);
  void release(Buffer* buffer);

 private:
  static constexpr std::size_t kGapBytes = 64;
  static constexpr std::size_t kIdleBytesMax = 64U << 20;  // memory beyond it is freed, not kept

  struct Block {
    Buffer buffer;
    std::unique_ptr<char[]> memory;
  };

  // All buffers of a class have one capacity, the next power of two. Each can serve any size of the class.
  static std::size_t size_class(std::size_t bytes) { return bytes == 0 ? 0 : std::bit_width(bytes - 1); }
  static std::size_t capacity_of(std::size_t bytes) { return std::size_t{1} << size_class(bytes); }

  std::unordered_map<Buffer*, std::unique_ptr<Block>> blocks_;
  std::array<std::vector<Buffer*>, 64> idle_;  // by size_class
  std::size_t idle_bytes_ = 0;
};

}  // namespace straylane
