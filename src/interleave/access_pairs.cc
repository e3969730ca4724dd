#include "interleave/access_pairs.h"

#include "domain/random_source.h"

namespace straylane {
namespace {

// Digests are sums over a set, so the order in which its members were met does not matter.
std::uint64_t mixed(std::uint64_t value) { return RandomSource(value).next(); }

std::uint64_t key_of(const AccessPair& pair) {
  const std::uint64_t sites = std::uint64_t{pair.earlier} << 32 | pair.later;
  return mixed(sites) + static_cast<std::uint64_t>(pair.maker) * 3 + static_cast<std::uint64_t>(pair.kind);
}

}  // namespace

void AccessPairs::begin() {
  // The library clears the buckets even of an empty table.
  if (!cells_.empty()) cells_.clear();
  if (!seen_.empty()) seen_.clear();
  if (!seen_switches_.empty()) seen_switches_.clear();
  pairs_.clear();
  digest_ = 0;
  switch_digest_ = 0;
}

AccessPair AccessPairs::pair_of(const Access& earlier, ThreadIndex thread, std::uint32_t site, PairKind kind) {
  return {earlier.site, site, earlier.thread == thread ? Maker::kSame : Maker::kOther, kind};
}

AccessPair AccessPairs::read_of(const Cell& cell, ThreadIndex thread, std::uint32_t site) {
  if (!cell.write) return {0, site, Maker::kNobody, PairKind::kReadsFrom};
  return pair_of(*cell.write, thread, site, PairKind::kReadsFrom);
}

void AccessPairs::met(const AccessPair& pair) {
  const std::uint64_t key = key_of(pair);
  if (!seen_.insert(key).second) return;
  if (pair.kind == PairKind::kReadsFrom) digest_ += mixed(key);
  if (pairs_.size() < kPairsMax) pairs_.push_back(pair);
}

void AccessPairs::add(ThreadIndex thread, const PendingEvent& event) {
  if (event.kind == EventKind::kUnknown) return;
  const auto found = cells_.find(event.object);
  if (found == cells_.end() && cells_.size() >= kObjectsMax) return;
  Cell& cell = found != cells_.end() ? found->second : cells_[event.object];
  const Access access{event.site, thread};
  if (reads(event.kind)) met(read_of(cell, thread, event.site));
  if (writes(event.kind)) {
    if (cell.write && !reads(event.kind)) met(pair_of(*cell.write, thread, event.site, PairKind::kOverwrites));
    if (cell.read) met(pair_of(*cell.read, thread, event.site, PairKind::kOverRead));
    cell = {.write = access, .read = std::nullopt};
  } else {
    cell.read = access;
  }
}

void AccessPairs::add_switch(std::uint32_t from, std::uint32_t to) {
  const std::uint64_t key = std::uint64_t{from} << 32 | to;
  if (seen_switches_.insert(key).second) switch_digest_ += mixed(key ^ 0x5357495443480000ULL);
}

AccessPair AccessPairs::reads_from(ThreadIndex thread, std::uint32_t site, std::uint64_t object) const {
  const auto found = cells_.find(object);
  return read_of(found == cells_.end() ? Cell() : found->second, thread, site);
}

}  // namespace straylane
