#pragma once

#include <bit>
#include <cstdint>
#include <unordered_set>
#include <utility>
#include <vector>

#include "domain/observation.h"
#include "domain/random_source.h"

namespace straylane {

// Proposes reads-from constraints that are worth a run. This is the part of RFF that learns (Wolff, Shi, Duck, Mathur,
// Roychoudhury, "Greybox fuzzing for concurrency testing", ASPLOS 2024, sections 4 and 5). It mutates sets of
// constraints, and keeps a set, to mutate it further, if its run was of a new class. The pairs of accesses that were
// met say what a read may get; the initial value is always possible.
//
// Constraints name source sites (domain/schedule.h), so their number depends on the program's text and not on its
// threads. If accesses are not known, the pool gives empty sets. Deterministic.
class ReadsFromPool {
 public:
  using Constraints = std::vector<ReadsFromConstraint>;
  static constexpr std::size_t kSetsMax = 256;
  static constexpr std::size_t kReadersMax = 1'024;

  Constraints next(RandomSource& random);
  // Learns from a run of any strategy. `constraints` are those that the run was made with, if any.
  void observed(const Constraints& constraints, const Observation& observation);

 private:
  struct Source {
    std::uint32_t writer;
    Maker maker;
    std::uint64_t tried = 0;  // mutations about it
    std::uint64_t met = 0;    // runs in which it was seen

    // A source that was seldom tried and seldom seen is little known, and a run with it may tell more.
    std::uint64_t known() const { return tried + static_cast<std::uint64_t>(std::bit_width(met)); }

    bool operator==(const Source& other) const { return writer == other.writer && maker == other.maker; }
  };
  struct Reader {
    std::uint32_t site;
    std::vector<Source> sources;
  };
  struct Kept {
    Constraints constraints;
    std::uint64_t mutated = 0;  // times
  };

  void learn(std::uint32_t reader, Source source, bool met);
  const Constraints& parent(RandomSource& random);
  // A reader and one of its sources that is among the least known.
  std::pair<const Reader*, const Source*> next_pair(RandomSource& random);
  void mutate(Constraints& constraints, RandomSource& random);

  std::vector<Reader> readers_;  // in the order in which they were met
  std::vector<Kept> kept_{Kept{}};
  std::unordered_set<std::uint64_t> classes_;
};

}  // namespace straylane
