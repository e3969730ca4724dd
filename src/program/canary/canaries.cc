#include "program/canary/canaries.h"

#include <algorithm>
#include <array>

#include "program/factory/factory_settings.h"

namespace straylane {
namespace {

// Ordered so that the canaries of each granularity are one range: first the one of opcode alone, then those of several
// granularities, last the one of line alone.
constexpr std::array kSimulator = {
    Canary{"instruction", "canary_line"},
    Canary{"Thread.start", "canary_thread_start"},
    Canary{"Thread.is_alive", "canary_thread_is_alive"},
    Canary{"Thread.join", "canary_thread_join"},
    Canary{"Event.set", "canary_event_set"},
    Canary{"Event.wait", "canary_event_wait"},
    Canary{"Lock exit", "canary_lock_exit"},
    Canary{"Lock.acquire", "canary_lock_acquire"},
    Canary{"RLock exit", "canary_rlock_exit"},
    Canary{"RLock.acquire", "canary_rlock_acquire"},
    Canary{"function entry", "canary_entry"},
    Canary{"entry of a function without yield points", "canary_entry_of_other"},
    Canary{"return of a call into C", "canary_call"},
    Canary{"iteration of for", "canary_loop"},
    Canary{"iteration of while", "canary_while_loop"},
    Canary{"resumption of a generator", "canary_generator"},
    Canary{"line", "canary_line"},
};
constexpr std::size_t kOpcodeOnly = 1;
constexpr std::size_t kCode = 6;  // not at granularity opcode, which has its own yield points in code
constexpr std::size_t kLineOnly = 1;

constexpr std::array kDevice = {
    Canary{"memory access", "canary_device", "output[i] = 0"},
    Canary{"atomic", "canary_device", "atomicAdd(&taken"},
    Canary{"__syncthreads", "canary_device", "__syncthreads()"},
    Canary{"__syncwarp", "canary_device", "__syncwarp()"},
    Canary{"__shfl_sync", "canary_device", "__shfl_sync("},
    Canary{"__ballot_sync", "canary_device", "__ballot_sync("},
};

}  // namespace

std::span<const Canary> canaries_of(CanarySet set, Granularity granularity) {
  if (set == CanarySet::kNone) return {};
  if (set == CanarySet::kDevice) return kDevice;
  const std::span<const Canary> all(kSimulator);
  if (granularity == Granularity::kOpcode) return all.first(all.size() - kLineOnly - kCode);
  const std::size_t left_out = granularity == Granularity::kLine ? 0 : kLineOnly;
  return all.subspan(kOpcodeOnly, all.size() - kOpcodeOnly - left_out);
}

// Canaries keep the contract of the factory kernel.
Settings canary_settings() { return FactorySettings{3, 1, 3, 3}; }

const Canary* find_canary(std::string_view program) {
  if (!program.starts_with("canary_")) return nullptr;  // this is called for every case
  for (const std::span<const Canary> list : {std::span<const Canary>(kSimulator), std::span<const Canary>(kDevice)}) {
    const auto found = std::ranges::find(list, program, &Canary::program);
    if (found != list.end()) return &*found;
  }
  return nullptr;
}

}  // namespace straylane
