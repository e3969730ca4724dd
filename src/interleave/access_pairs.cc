#include "interleave/access_pairs.h"

#include "domain/random_source.h"

namespace straylane {
namespace {

// Digests are sums over a set, whatever the order in which its members were met.
std::uint64_t mixed(std::uint64_t value) { return RandomSource(value).next(); }

AccessPair pair_of(const AccessPairs::Access& earlier, ThreadIndex thread, std::uint32_t site, PairKind kind) {
  return {earlier.site, site, earlier.thread == thread ? Maker::kSame : Maker::kOther, kind};
}

std::uint64_t key_of(const AccessPair& pair) {
  const std::uint64_t sites = std::uint64_t{pair.earlier} << 32 | pair.later;
  return mixed(sites) + static_cast<std::uint64_t>(pair.maker) * 3 + static_cast<std::uint64_t>(pair.kind);
}

}  // namespace

void AccessPairs::begin() {
  // The library clears the buckets of an empty table, too.
  if (!cells_.empty()) cells_.clear();
  if (!seen_.empty()) seen_.clear();
  if (!seen_switches_.empty()) seen_switches_.clear();
  pairs_.clear();
  digest_ = 0;
  switch_digest_ = 0;
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
  if (reads(event.kind)) {
    met(cell.written ? pair_of(cell.write, thread, event.site, PairKind::kReadsFrom)
                     : AccessPair{0, event.site, Maker::kNobody, PairKind::kReadsFrom});
  }
  if (writes(event.kind)) {
    if (cell.written && !reads(event.kind)) met(pair_of(cell.write, thread, event.site, PairKind::kOverwrites));
    if (cell.read_since) met(pair_of(cell.read, thread, event.site, PairKind::kOverRead));
    cell = {.write = access, .written = true};
  } else {
    cell.read = access;
    cell.read_since = true;
  }
}

void AccessPairs::add_switch(std::uint32_t from, std::uint32_t to) {
  const std::uint64_t key = std::uint64_t{from} << 32 | to;
  if (seen_switches_.insert(key).second) switch_digest_ += mixed(key ^ 0x5357495443480000ULL);
}

std::optional<AccessPairs::Access> AccessPairs::last_write(std::uint64_t object) const {
  const auto found = cells_.find(object);
  if (found == cells_.end() || !found->second.written) return std::nullopt;
  return found->second.write;
}

AccessPair AccessPairs::reads_from(ThreadIndex thread, std::uint32_t site, std::uint64_t object) const {
  const auto write = last_write(object);
  return write ? pair_of(*write, thread, site, PairKind::kReadsFrom)
               : AccessPair{0, site, Maker::kNobody, PairKind::kReadsFrom};
}

}  // namespace straylane
