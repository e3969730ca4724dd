#include "order/race_detector.h"

#include <algorithm>

namespace straylane {
namespace {

constexpr std::size_t kWordBytes = AccessCells::kWordBytes;
constexpr std::size_t kLookedAtMax = 100'000;  // releases; after so many, two accesses are taken to be ordered
constexpr std::uint16_t kClockMax = UINT16_MAX;

// Returns the bytes of word `word` that an access of [offset, offset + bytes) touches, one bit each.
std::uint8_t bytes_of_word(std::size_t word, std::size_t offset, std::size_t bytes) {
  const std::size_t begin = word * kWordBytes;
  const std::size_t from = std::max(begin, offset) - begin;
  const std::size_t to = std::min(begin + kWordBytes, offset + bytes) - begin;
  return static_cast<std::uint8_t>((1U << to) - (1U << from));
}

}  // namespace

void RaceDetector::begin_launch(std::uint32_t block_size) {
  block_size_ = block_size;
  logs_.clear();
}

void RaceDetector::begin_block(std::uint32_t block) {
  block_ = block;
  round_ = 0;
  any_acquired_ = false;
  if (!threads_are_new_ || threads_.size() != block_size_) threads_.assign(block_size_, {});
  threads_are_new_ = true;
}

std::optional<RaceDetector::Race> RaceDetector::access_any(std::uint32_t in_block, Memory memory, std::size_t offset,
                                                           std::size_t bytes, std::uint32_t site, Access access) {
  if (bytes == 0) return std::nullopt;
  const bool atomic = access == Access::kAtomic;
  const auto address = memory.begin + offset;
  AccessEpoch now = epoch(in_block, site, atomic, 0);
  std::optional<Race> race;
  const auto against = [&](const AccessEpoch& earlier, bool earlier_writes) {
    if (earlier.thread == AccessEpoch::kNone || earlier.thread == now.thread) return;
    if ((earlier.bytes & now.bytes) == 0 || (earlier.atomic && atomic)) return;
    if (race || ordered(earlier, in_block)) return;
    race = Race{earlier, earlier_writes};
  };
  if (atomic) acquire(in_block, logs_[address]);
  for (std::size_t word = offset / kWordBytes; word * kWordBytes < offset + bytes; ++word) {
    AccessCells::Cell& cell = memory.cells.at(word, memory.bytes);
    now.bytes = bytes_of_word(word, offset, bytes);
    against(cell.write, true);
    if (writes(access)) {
      against(cell.reads[0], false);
      against(cell.reads[1], false);
      cell.write = now;
      cell.reads[0].thread = cell.reads[1].thread = AccessEpoch::kNone;
    } else {
      // Replaces the read that says least: none, one of this thread, or one that is ordered before all later accesses.
      const auto replaceable = [&](const AccessEpoch& e) {
        return e.thread == AccessEpoch::kNone || e.thread == now.thread || ordered(e, in_block);
      };
      cell.reads[replaceable(cell.reads[0]) ? 0 : 1] = now;
    }
  }
  if (atomic) release(in_block, logs_[address]);
  return race;
}

bool RaceDetector::ordered(const AccessEpoch& earlier, std::uint32_t in_block) const {
  if (earlier.thread / block_size_ == block_ && earlier.round < round_) return true;
  return ordered_by_atomics(earlier, threads_[in_block].acquired);
}

// Returns whether a release that was acquired, directly or through others, comes after `earlier` on its thread.
bool RaceDetector::ordered_by_atomics(const AccessEpoch& earlier, const SharedAcquired& acquired) const {
  if (!acquired) return false;
  std::vector<SharedAcquired> open = {acquired};
  std::unordered_map<const Log*, std::size_t> done;  // how many releases of each log were looked at, from its beginning
  std::size_t looked_at = 0;
  while (!open.empty()) {
    const SharedAcquired next = std::move(open.back());
    open.pop_back();
    for (const auto& [log, count] : *next) {
      const std::size_t from = done[log];
      for (std::size_t i = count; i > from; --i) {
        const Release& release = log->releases[i - 1];
        const AccessEpoch& at = release.at;
        if (at.thread == earlier.thread && at.round == earlier.round && at.clock >= earlier.clock) return true;
        if (at.thread / block_size_ == earlier.thread / block_size_ && at.round > earlier.round) return true;
        if (release.acquired) open.push_back(release.acquired);
        if (++looked_at > kLookedAtMax) return true;
      }
      done[log] = std::max(from, count);
    }
  }
  return false;
}

void RaceDetector::release(std::uint32_t in_block, Log& log) {
  threads_are_new_ = false;
  log.releases.push_back({epoch(in_block, 0, true, 0), threads_[in_block].acquired});
  if (threads_[in_block].clock < kClockMax) ++threads_[in_block].clock;
}

void RaceDetector::acquire(std::uint32_t in_block, const Log& log) {
  if (log.releases.empty()) return;
  any_acquired_ = true;
  threads_are_new_ = false;
  SharedAcquired& acquired = threads_[in_block].acquired;
  acquired = joined(acquired, std::make_shared<Acquired>(Acquired{{&log, log.releases.size()}}));
}

RaceDetector::SharedAcquired RaceDetector::joined(const SharedAcquired& a, const SharedAcquired& b) {
  if (!a || a == b) return b;
  if (!b) return a;
  Acquired all = *a;
  for (const auto& [log, count] : *b) {
    const auto known = std::ranges::find(all, log, &Acquired::value_type::first);
    if (known == all.end()) {
      all.emplace_back(log, count);
    } else {
      known->second = std::max(known->second, count);
    }
  }
  return std::make_shared<Acquired>(std::move(all));
}

void RaceDetector::block_barrier() {
  ++round_;
  SharedAcquired all;
  if (any_acquired_) {
    for (const Thread& thread : threads_) all = joined(all, thread.acquired);
  }
  for (Thread& thread : threads_) thread = {.clock = 0, .acquired = all};
}

void RaceDetector::warp_barrier(const std::vector<std::uint32_t>& threads_in_block) {
  if (threads_in_block.empty()) return;
  Log& log = logs_[block_ * block_size_ + threads_in_block.front()];
  for (const std::uint32_t thread : threads_in_block) release(thread, log);
  for (const std::uint32_t thread : threads_in_block) acquire(thread, log);
}

}  // namespace straylane
