#include "search/reads_from_pool.h"

#include <algorithm>

namespace straylane {

void ReadsFromPool::learn(std::uint32_t reader, Source source, bool met) {
  auto found = std::ranges::find(readers_, reader, &Reader::site);
  if (found == readers_.end()) {
    if (readers_.size() == kReadersMax) return;
    found = readers_.insert(readers_.end(), {reader, {{0, Maker::kNobody}}});
  }
  auto known = std::ranges::find(found->sources, source);
  if (known == found->sources.end()) known = found->sources.insert(known, source);
  known->met += met ? 1 : 0;
}

void ReadsFromPool::observed(const Constraints& constraints, const Observation& observation) {
  for (const auto& [earlier, later, maker, kind] : observation.access_pairs) {
    if (kind == PairKind::kReadsFrom) learn(later, {earlier, maker}, true);
    // If the write had come first, the read would have got its value.
    if (kind == PairKind::kOverRead && maker == Maker::kOther) learn(earlier, {later, maker}, false);
  }
  const bool fresh = classes_.insert(observation.reads_from_digest).second;
  if (!fresh || constraints.empty()) return;
  if (kept_.size() == kSetsMax) kept_.erase(kept_.begin() + 1);  // the first is the empty set
  kept_.push_back({constraints});
}

// Draws two sets and takes the one that was mutated less.
const ReadsFromPool::Constraints& ReadsFromPool::parent(RandomSource& random) {
  Kept& a = kept_[random.below(kept_.size())];
  Kept& b = kept_[random.below(kept_.size())];
  Kept& less = a.mutated <= b.mutated ? a : b;
  ++less.mutated;
  return less.constraints;
}

std::pair<const ReadsFromPool::Reader*, const ReadsFromPool::Source*> ReadsFromPool::next_pair(RandomSource& random) {
  Reader* reader = nullptr;
  Source* source = nullptr;
  std::uint64_t equal = 0;
  for (Reader& r : readers_) {
    for (Source& s : r.sources) {
      if (source != nullptr && s.known() > source->known()) continue;
      equal = source != nullptr && s.known() == source->known() ? equal + 1 : 1;
      if (!random.one_in(equal)) continue;
      reader = &r;
      source = &s;
    }
  }
  ++source->tried;
  return {reader, source};
}

void ReadsFromPool::mutate(Constraints& constraints, RandomSource& random) {
  const auto [reader, source] = next_pair(random);
  const std::uint64_t change = random.below(4);
  if (change == 1) return constraints.push_back({source->writer, reader->site, source->maker, false});
  std::erase_if(constraints, [site = reader->site](const ReadsFromConstraint& c) { return c.reader == site; });
  if (change == 0) return;
  for (const Source& other : reader->sources) {
    constraints.push_back({other.writer, reader->site, other.maker, other == *source});
  }
}

ReadsFromPool::Constraints ReadsFromPool::next(RandomSource& random) {
  if (readers_.empty()) return {};
  Constraints constraints = parent(random);
  do {
    mutate(constraints, random);
  } while (random.one_in(3));
  if (constraints.size() > kConstraintsMax) constraints.erase(constraints.begin(), constraints.end() - kConstraintsMax);
  return constraints;
}

}  // namespace straylane
