#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

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

inline constexpr std::uint32_t kWarpSize = 32;

// Where the lanes of one warp meet. The lanes that a mask names wait for each other, except those that have ended or
// that the block does not have. Then each gets its result. No lane runs in here: the caller blocks lanes and wakes
// them.
//
// A value shuffled from a lane that does not take part is undefined; here it is poison. `__activemask()` may be any set
// of existing lanes. Here it is all lanes that wait at the same place once no other lane of the warp can go on. A GPU
// gives the same when it brings diverged lanes together again.
class WarpCalls {
 public:
  struct Call {
    WarpFunction function;
    std::uint32_t mask;
    std::uint64_t value;
    std::int32_t lane;   // shuffles only: source lane, distance, or mask
    std::int32_t width;  // shuffles only: lanes that exchange among themselves, a power of two
    std::uint32_t site;
  };

  explicit WarpCalls(std::uint32_t lanes) : exists_(lanes >= kWarpSize ? ~0U : (1U << lanes) - 1) {}

  // Begins the call of a lane, which must then wait until `settle` names it. Returns what is wrong with the call, if it
  // is; then the lane does not wait.
  std::optional<std::string> arrive(std::uint32_t lane, const Call& call);
  // Takes out a lane that has ended or is about to end.
  void leave(std::uint32_t lane);
  // Notes whether a lane waits at the barrier of the block.
  void at_block_barrier(std::uint32_t lane, bool waits);

  // Returns the lanes that need not wait any longer, one bit each, and makes their results. Must be called after each
  // of the functions above.
  std::uint32_t settle();
  std::uint64_t result(std::uint32_t lane) const { return results_[lane]; }
  const Call& call(std::uint32_t lane) const { return calls_[lane]; }

 private:
  std::uint32_t settle_group(std::uint32_t lane);
  std::uint64_t result_of(std::uint32_t lane, std::uint32_t members) const;

  bool waits_in(std::uint32_t lane, bool active_mask) const {
    return (waits_ >> lane & 1) != 0 && (calls_[lane].function == WarpFunction::kActiveMask) == active_mask;
  }

  std::uint32_t exists_;          // lanes that have not ended
  std::uint32_t waits_ = 0;       // lanes in a call
  std::uint32_t at_barrier_ = 0;  // lanes at the barrier of the block
  // For lanes in `waits_` and for settled ones. Not cleared for each block, which would cost as much as a thread.
  std::array<Call, kWarpSize> calls_;
  std::array<std::uint64_t, kWarpSize> results_;
};

}  // namespace straylane
