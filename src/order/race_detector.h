#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "order/access.h"
#include "order/access_cells.h"

namespace straylane {

// Finds data races: two accesses to one address by two threads, at least one of them a write and not both atomic, that no
// barrier and no atomic operation orders. What it finds is one under every schedule in which the same accesses happen;
// it may miss one, where a word has been read by more than two threads since it was written.
//
// The last write and two reads of each word are kept as epochs (after FastTrack, Flanagan and Freund, PLDI 2009). Where
// FastTrack has vector clocks, order by a barrier is a number of rounds here, since a barrier orders all of a block; and
// order by atomic operations is looked up in a log of them, only where two accesses would be a race without it. An
// atomic operation is taken to release and acquire, which is more than CUDA promises without __threadfence(): a missing
// fence is not reported.
//
// Lifecycle: (1) begin_launch, (2) begin_block for each block, (3) its accesses and barriers.
class RaceDetector {
 public:
  // A piece of memory that several threads can reach, and what is known of its accesses. Neither outlives the call.
  struct Memory {
    std::uintptr_t begin;  // address; used only to tell words apart
    std::size_t bytes;     // length
    AccessCells& cells;
  };

  // The access that the new one races with.
  struct Race {
    AccessEpoch earlier;
    bool earlier_writes;
  };

  void begin_launch(std::uint32_t block_size);
  void begin_block(std::uint32_t block);

  // Thread `in_block` accesses `bytes` bytes from `offset` of `memory`.
  std::optional<Race> access(std::uint32_t in_block, Memory memory, std::size_t offset, std::size_t bytes,
                             std::uint32_t site, Access access) {
    if (access != Access::kAtomic && is_first_of_word(in_block, memory, offset, bytes, site, access)) return {};
    return access_any(in_block, memory, offset, bytes, site, access);
  }
  // All threads of the block that have not ended have met at a barrier.
  void block_barrier();
  // These threads of the block have met at a barrier of their warp.
  void warp_barrier(const std::vector<std::uint32_t>& threads_in_block);

 private:
  struct Log;
  // What a thread has acquired: the first `second` releases of a log, and what their threads knew.
  using Acquired = std::vector<std::pair<const Log*, std::size_t>>;
  using SharedAcquired = std::shared_ptr<const Acquired>;
  struct Release {
    AccessEpoch at;
    SharedAcquired acquired;
  };
  struct Log {
    std::vector<Release> releases;
  };
  struct Thread {
    std::uint16_t clock = 0;
    SharedAcquired acquired;
  };

  std::optional<Race> access_any(std::uint32_t in_block, Memory memory, std::size_t offset, std::size_t bytes,
                                 std::uint32_t site, Access access);
  // Most accesses are of one word that nobody has accessed before: there is nothing to hold them against. Where it is not
  // one of these nothing was done.
  bool is_first_of_word(std::uint32_t in_block, Memory memory, std::size_t offset, std::size_t bytes,
                        std::uint32_t site, Access access) {
    constexpr std::size_t kWordBytes = AccessCells::kWordBytes;
    if (bytes != kWordBytes || offset % kWordBytes != 0) return false;
    AccessCells::Cell* cell = memory.cells.begin_if_new(offset / kWordBytes, memory.bytes);
    if (cell == nullptr) return false;
    (writes(access) ? cell->write : cell->reads[0]) = epoch(in_block, site, false, 0xF);
    return true;
  }
  AccessEpoch epoch(std::uint32_t in_block, std::uint32_t site, bool atomic, std::uint8_t bytes) const {
    return {.thread = block_ * block_size_ + in_block,
            .round = round_,
            .site = site,
            .clock = threads_[in_block].clock,
            .bytes = bytes,
            .atomic = atomic};
  }
  bool ordered(const AccessEpoch& earlier, std::uint32_t in_block) const;
  bool ordered_by_atomics(const AccessEpoch& earlier, const SharedAcquired& acquired) const;
  void release(std::uint32_t in_block, Log& log);
  void acquire(std::uint32_t in_block, const Log& log);
  static SharedAcquired joined(const SharedAcquired& a, const SharedAcquired& b);

  std::uint32_t block_size_ = 1;
  std::uint32_t block_ = 0;
  std::uint32_t round_ = 0;
  bool any_acquired_ = false;  // in this block
  bool threads_are_new_ = false;  // none has released or acquired
  std::vector<Thread> threads_;
  std::unordered_map<std::uintptr_t, Log> logs_;  // by address; of a warp's barrier by its number
};

}  // namespace straylane
