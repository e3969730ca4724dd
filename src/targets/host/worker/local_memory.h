#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "targets/host/worker/buffer.h"

namespace straylane {

// The local memory of threads: poisoned buffers with a gap around each, kept for the next thread that wants
// one of about that size.
class LocalMemory {
 public:
  // A poisoned buffer; it stays valid until it is given back. `name` must outlive its use.
  Buffer* acquire(std::size_t bytes, const char* name);
  void release(Buffer* buffer);

 private:
  static constexpr std::size_t kGapBytes = 64;
  static constexpr std::size_t kIdleBytesMax = 64U << 20;  // kept for later; beyond it memory is freed

  struct Block {
    Buffer buffer;
    std::unique_ptr<char[]> memory;
  };

  // Buffers of one class have one capacity, the next power of two: one of any size of the class can be used again.
  static std::size_t size_class(std::size_t bytes) { return bytes == 0 ? 0 : std::bit_width(bytes - 1); }
  static std::size_t capacity_of(std::size_t bytes) { return std::size_t{1} << size_class(bytes); }

  std::unordered_map<Buffer*, std::unique_ptr<Block>> blocks_;
  std::array<std::vector<Buffer*>, 64> idle_;  // by size_class
  std::size_t idle_bytes_ = 0;
};

}  // namespace straylane
