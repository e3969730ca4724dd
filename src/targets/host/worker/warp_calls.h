#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace straylane {

// The numbers of the warp functions in the prelude.
enum class WarpFunction : std::uint32_t {
  kSync = 0,
  kShuffle = 1,
  kShuffleUp = 2,
  kShuffleDown = 3,
  kShuffleXor = 4,
  kBallot = 5,
  kAny = 6,
  kAll = 7,
  kActiveMask = 8,
};
const char* to_string(WarpFunction function);

inline constexpr std::uint32_t kWarpSize = 32;

// What the lanes of one warp meet at. The lanes named in a mask wait for each other, but for those that have ended or that
// the block does not have; then each gets its result. Nobody runs in here: the caller blocks lanes and wakes them.
//
// A value shuffled from a lane that does not take part is undefined, and here it is poison. `__activemask()` may be any
// set of lanes that are there; here it is all that wait at the same place once no other lane of the warp can go on, which is
// what a GPU does where it brings diverged lanes together again.
class WarpCalls {
 public:
  struct Call {
    WarpFunction function;
    std::uint32_t mask;
    std::uint64_t value;
    std::int32_t lane;   // of a shuffle: source lane, distance, or mask
    std::int32_t width;  // of a shuffle: lanes that exchange among themselves, a power of two
    std::uint32_t site;
  };

  explicit WarpCalls(std::uint32_t lanes) : exists_(lanes >= kWarpSize ? ~0U : (1U << lanes) - 1) {}

  // What is wrong with the call, or nothing. The lane then waits until `done`.
  std::optional<std::string> arrive(std::uint32_t lane, const Call& call);
  void leave(std::uint32_t lane);         // it has ended, or is on its way out
  void at_block_barrier(std::uint32_t lane, bool waits);

  // To be called after each of these: the lanes that have become done, one bit each; theirs are the results.
  std::uint32_t settle();
  std::uint64_t result(std::uint32_t lane) const { return results_[lane]; }
  const Call& call(std::uint32_t lane) const { return calls_[lane]; }

 private:
  std::uint32_t settle_group(std::uint32_t lane);
  std::uint64_t result_of(std::uint32_t lane, std::uint32_t members) const;

  std::uint32_t exists_;           // lanes that have not ended
  std::uint32_t waits_ = 0;        // in a call
  std::uint32_t at_barrier_ = 0;   // of the block
  // Of the lanes in `waits_`, and of those that were settled; not cleared for each block, which would cost as much as
  // a thread.
  std::array<Call, kWarpSize> calls_;
  std::array<std::uint64_t, kWarpSize> results_;
};

}  // namespace straylane
