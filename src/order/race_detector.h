#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "order/access.h"

namespace straylane {

// Finds data races: two accesses to one address by two threads that no barrier and no atomic operation orders, where at
// least one writes and not both are atomic. A race that it finds is one under every schedule with the same accesses. It
// may miss a race on a word that more than two threads have read since it was written.
//
// The last write and two reads of each word are kept as epochs (after FastTrack, Flanagan and Freund, PLDI 2009), but
// without vector clocks. A barrier orders a whole block, so order by barriers is a number of rounds. Order by atomic
// operations is looked up in a log of them, and only if two accesses would otherwise race. An atomic operation is taken
// to release and acquire, which is more than CUDA promises without __threadfence(): a missing fence is not reported.
//
// Lifecycle: (1) begin_launch, (2) begin_block for each block, (3) its accesses and barriers.
class RaceDetector {
 public:
  // A piece of memory that several threads can reach, with what is known of its accesses. Not kept beyond the call.
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

  // Notes that thread `in_block` accesses `bytes` bytes from `offset` of `memory`. Returns a race, if there is one.
  std::optional<Race> access(std::uint32_t in_block, Memory memory, std::size_t offset, std::size_t bytes,
                             std::uint32_t site, Access access) {
    if (access != Access::kAtomic && is_first_of_word(in_block, memory, offset, bytes, site, access)) return {};
    return access_any(in_block, memory, offset, bytes, site, access);
  }
  // Notes that all threads of the block that have not ended have met at a barrier.
  void block_barrier();
  // Notes that these threads of the block have met at a barrier of their warp.
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
  // Records the access and returns true if it is of one word that no thread has accessed before, as most accesses are:
  // there is nothing to compare it with. Otherwise does nothing.
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
  bool any_acquired_ = false;     // in this block
  bool threads_are_new_ = false;  // none has released or acquired
  std::vector<Thread> threads_;
  std::unordered_map<std::uintptr_t, Log> logs_;  // by address; for a warp's barrier, by the warp's first thread
};

}  // namespace straylane
