#include "search/reads_from_pool.h"

#include <algorithm>

namespace straylane {

void ReadsFromPool::learn(std::uint32_t reader, Source source, bool met) {
  auto found =
      std::find_if(readers_.begin(), readers_.end(), [reader](const Reader& known) { return known.site == reader; });
  if (found == readers_.end()) {
    if (readers_.size() == kReadersMax) return;
    readers_.push_back({reader, {{0, Maker::kNobody}}});
    found = readers_.end() - 1;
  }
  auto& sources = found->sources;
  auto known = std::find(sources.begin(), sources.end(), source);
  if (known == sources.end()) known = sources.insert(known, source);
  known->met += met ? 1 : 0;
}

void ReadsFromPool::observed(const Constraints& constraints, const Observation& observation) {
  for (const AccessPair& pair : observation.access_pairs) {
    if (pair.kind == PairKind::kReadsFrom) learn(pair.later, {pair.earlier, pair.maker}, true);
    // Had it come first, its value would have been read.
    const bool over_read = pair.kind == PairKind::kOverRead && pair.maker == Maker::kOther;
    if (over_read) learn(pair.earlier, {pair.later, pair.maker}, false);
  }
  const bool fresh = classes_.insert(observation.reads_from_digest).second;
  if (!fresh || constraints.empty()) return;
  if (kept_.size() == kSetsMax) kept_.erase(kept_.begin() + 1);  // the first is the empty set
  kept_.push_back({constraints});
}

// One of two: that which has been mutated less.
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
  const auto [pair_reader, pair_source] = next_pair(random);
  const Reader& reader = *pair_reader;
  const Source& source = *pair_source;
  const auto is_of_reader = [&](const ReadsFromConstraint& c) { return c.reader == reader.site; };
  switch (random.below(4)) {
    case 0:
      std::erase_if(constraints, is_of_reader);
      return;
    case 1:
      constraints.push_back({source.writer, reader.site, source.maker, false});
      return;
    default:
      std::erase_if(constraints, is_of_reader);
      for (const Source& other : reader.sources) {
        constraints.push_back({other.writer, reader.site, other.maker, other == source});
      }
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
