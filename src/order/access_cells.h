#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace straylane {

// One access, as the race detector keeps it.
struct AccessEpoch {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t thread = kNone;  // linear, over all blocks
  std::uint32_t round = 0;       // barriers of the block before the access
  std::uint32_t site = 0;
  // In one word: written one by one, they would keep the processor waiting where all are copied next.
  std::uint32_t clock : 16 = 0;  // releases by the thread since the last of them
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

  // All cells are as new, for a new launch or block.
  void forget() { ++generation_; }
  // The cell of a word of a buffer of `bytes` bytes.
  Cell& at(std::size_t word, std::size_t bytes) {
    begin_if_new(word, bytes);
    return cells_[word];
  }
  // The same where nobody has accessed the word; null where somebody has.
  Cell* begin_if_new(std::size_t word, std::size_t bytes) {
    if (word >= cells_.size()) cells_.resize((bytes + kWordBytes - 1) / kWordBytes);
    Cell& cell = cells_[word];
    if (cell.generation == generation_) return nullptr;
    cell.generation = generation_;
    cell.write.thread = cell.reads[0].thread = cell.reads[1].thread = AccessEpoch::kNone;
    return &cell;
  }

 private:
  std::vector<Cell> cells_;  // made when the first word is accessed
  std::uint32_t generation_ = 1;
};

}  // namespace straylane
