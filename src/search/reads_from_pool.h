#pragma once

#include <bit>
#include <cstdint>
#include <unordered_set>
#include <utility>
#include <vector>

#include "domain/observation.h"
#include "domain/random_source.h"

namespace straylane {

// Which reads-from constraints are worth a run: the part of RFF that learns (Wolff, Shi, Duck, Mathur, Roychoudhury,
// "Greybox fuzzing for concurrency testing", ASPLOS 2024, sections 4 and 5). Sets of constraints, mutated; one whose
// run was of a class that no run was of before is kept, and mutated further. What a read may get is known from the
// pairs of accesses that were met, and its initial value always.
//
// Constraints are of source sites (domain/schedule.h), so their number depends on the program's text and not on its
// threads. Where accesses are not known it gives empty sets. Deterministic.
class ReadsFromPool {
 public:
  using Constraints = std::vector<ReadsFromConstraint>;
  static constexpr std::size_t kSetsMax = 256;
  static constexpr std::size_t kReadersMax = 1'024;

  Constraints next(RandomSource& random);
  // A run of any strategy; `constraints` are those that it was made with, if any.
  void observed(const Constraints& constraints, const Observation& observation);

 private:
  struct Source {
    std::uint32_t writer;
    Maker maker;
    std::uint64_t tried = 0;  // mutations that were about it
    std::uint64_t met = 0;    // runs in which it was seen

    // The lower, the more a run with it may tell: seldom tried, seldom seen.
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
  // A reader and a source of it of which little is known.
  std::pair<const Reader*, const Source*> next_pair(RandomSource& random);
  void mutate(Constraints& constraints, RandomSource& random);

  std::vector<Reader> readers_;  // in the order in which they were met
  std::vector<Kept> kept_{Kept{}};
  std::unordered_set<std::uint64_t> classes_;
};

}  // namespace straylane
