#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace straylane {

// What an access to memory does. Device code passes it to the runtime as a number.
enum class Access : unsigned {
  kRead = 0,
  kWrite = 1,
  kAtomic = 2,
  kCopy = 3,  // reads to write elsewhere; may read memory that was never written, such as padding
};

inline bool writes(Access access) { return access == Access::kWrite || access == Access::kAtomic; }
inline const char* to_string(Access access) {
  return access == Access::kAtomic ? "atomic access" : access == Access::kWrite ? "write" : "read";
}

// One access, as the race detector keeps it.
struct AccessEpoch {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t thread = kNone;  // linear, over all blocks
  std::uint32_t round = 0;       // barriers of the block before the access
  std::uint32_t site = 0;
  // These three share one word: written one by one, they would stall the processor where the whole epoch is copied
  // next.
  std::uint32_t clock : 16 = 0;  // releases by the thread since the last barrier of its block
  std::uint32_t bytes : 8 = 0;   // of the word, one bit each
  std::uint32_t atomic : 1 = 0;
};

// What the race detector knows of the words of one buffer.
class AccessCells {
 public:
  static constexpr std::size_t kWordBytes = 4;
  struct Cell {
    std::uint32_t generation = 0;
    AccessEpoch write;
    AccessEpoch reads[2];  // by two threads, since the write
  };

  // Makes all cells new, for a new launch or block.
  void forget() { ++generation_; }
  // Returns the cell of a word of a buffer of `bytes` bytes.
  Cell& at(std::size_t word, std::size_t bytes) {
    begin_if_new(word, bytes);
    return cells_[word];
  }
  // Returns the cell of the word, or null if the word has been accessed before.
  Cell* begin_if_new(std::size_t word, std::size_t bytes) {
    if (word >= cells_.size()) cells_.resize((bytes + kWordBytes - 1) / kWordBytes);
    Cell& cell = cells_[word];
    if (cell.generation == generation_) return nullptr;
    cell.generation = generation_;
    cell.write.thread = cell.reads[0].thread = cell.reads[1].thread = AccessEpoch::kNone;
    return &cell;
  }

 private:
  std::vector<Cell> cells_;  // allocated when the first word is accessed
  std::uint32_t generation_ = 1;
};

}  // namespace straylane
