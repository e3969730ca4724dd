#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "target/host/worker/buffer.h"

namespace straylane {

// The local memory of threads: poisoned buffers with a gap around each, kept for the next thread that wants that size.
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

  std::unordered_map<Buffer*, std::unique_ptr<Block>> blocks_;
  std::unordered_map<std::size_t, std::vector<Buffer*>> idle_;  // by size
  std::size_t idle_bytes_ = 0;
};

}  // namespace straylane
