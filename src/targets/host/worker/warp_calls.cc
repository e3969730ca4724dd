#include "targets/host/worker/warp_calls.h"

#include <fmt/format.h>

#include <bit>

#include "targets/host/worker/buffer.h"

namespace straylane {
namespace {

constexpr std::uint64_t kUndefined = std::uint64_t{kPoison} << 32 | kPoison;

// Returns the lane that a shuffle reads from, or the lane itself if that is beyond its segment (CUDA C++ Programming
// Guide, 7.22).
std::uint32_t source_lane(std::uint32_t lane, const WarpCalls::Call& call) {
  const auto width = static_cast<std::uint32_t>(call.width);
  const std::uint32_t first = lane & ~(width - 1);
  const auto given = static_cast<std::uint32_t>(call.lane);
  switch (call.function) {
    case WarpFunction::kShuffle:
      return first + (given & (width - 1));
    case WarpFunction::kShuffleUp:
      return given > lane - first ? lane : lane - given;
    case WarpFunction::kShuffleDown:
      return given >= width - (lane - first) ? lane : lane + given;
    case WarpFunction::kShuffleXor:
      return (lane ^ given) >= first + width ? lane : lane ^ given;
    default:
      return lane;
  }
}

const char* to_string(WarpFunction function) {
  static constexpr const char* kNames[] = {"__syncwarp()",       "__shfl_sync()",     "__shfl_up_sync()",
                                           "__shfl_down_sync()", "__shfl_xor_sync()", "__ballot_sync()",
                                           "__any_sync()",       "__all_sync()",      "__activemask()"};
  return kNames[static_cast<std::size_t>(function)];
}

}  // namespace

std::optional<std::string> WarpCalls::arrive(std::uint32_t lane, const Call& call) {
  const char* name = to_string(call.function);
  if (call.function != WarpFunction::kActiveMask) {
    if ((call.mask >> lane & 1) == 0)
      return fmt::format("{} with mask {:#010x}, which does not name the calling lane {}", name, call.mask, lane);
    if (call.width < 1 || call.width > 32 || !std::has_single_bit(static_cast<std::uint32_t>(call.width))) {
      return fmt::format("{} with width {}, must be a power of two up to 32", name, call.width);
    }
    for (std::uint32_t other = 0; other < kWarpSize; ++other) {
      if (waits_in(other, false) && calls_[other].mask == call.mask && calls_[other].function != call.function) {
        return fmt::format("lane {} is in {} and lane {} in {}, with the same mask {:#010x}", lane, name, other,
                           to_string(calls_[other].function), call.mask);
      }
    }
  }
  calls_[lane] = call;
  waits_ |= 1U << lane;
  return std::nullopt;
}

void WarpCalls::leave(std::uint32_t lane) {
  exists_ &= ~(1U << lane);
  waits_ &= ~(1U << lane);
  at_barrier_ &= ~(1U << lane);
}

void WarpCalls::at_block_barrier(std::uint32_t lane, bool waits) {
  at_barrier_ = (at_barrier_ & ~(1U << lane)) | std::uint32_t{waits} << lane;
}

std::uint32_t WarpCalls::settle() {
  if (waits_ == 0) return 0;  // which is so at the end of nearly every thread
  std::uint32_t settled = 0;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    if (waits_in(lane, false)) settled |= settle_group(lane);
  }
  if (settled != 0 || (exists_ & ~(waits_ | at_barrier_)) != 0) return settled;  // another lane can go on
  std::uint32_t together = 0;
  std::uint32_t first = kWarpSize;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    if (!waits_in(lane, true)) continue;
    if (first == kWarpSize) first = lane;
    if (calls_[lane].site == calls_[first].site) together |= 1U << lane;
  }
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    if ((together >> lane & 1) != 0) results_[lane] = together;
  }
  waits_ &= ~together;
  return together;
}

// Settles the lanes of this lane's mask if all that exist have arrived. Returns the settled lanes.
std::uint32_t WarpCalls::settle_group(std::uint32_t lane) {
  const std::uint32_t members = calls_[lane].mask & exists_;
  for (std::uint32_t other = 0; other < kWarpSize; ++other) {
    const bool arrived = (waits_ >> other & 1) != 0 && calls_[other].mask == calls_[lane].mask &&
                         calls_[other].function == calls_[lane].function;
    if ((members >> other & 1) != 0 && !arrived) return 0;
  }
  for (std::uint32_t other = 0; other < kWarpSize; ++other) {
    if ((members >> other & 1) != 0) results_[other] = result_of(other, members);
  }
  waits_ &= ~members;
  return members;
}

std::uint64_t WarpCalls::result_of(std::uint32_t lane, std::uint32_t members) const {
  const Call& call = calls_[lane];
  if (call.function == WarpFunction::kSync) return 0;
  if (call.function <= WarpFunction::kShuffleXor) {
    const std::uint32_t source = source_lane(lane, call);
    return (members >> source & 1) != 0 ? calls_[source].value : kUndefined;
  }
  std::uint32_t votes = 0;
  for (std::uint32_t other = 0; other < kWarpSize; ++other) {
    if ((members >> other & 1) != 0 && calls_[other].value != 0) votes |= 1U << other;
  }
  if (call.function == WarpFunction::kBallot) return votes;
  return call.function == WarpFunction::kAny ? votes != 0 : votes == members;
}

}  // namespace straylane
