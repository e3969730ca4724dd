#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "domain/access_pair.h"
#include "interleave/pending_event.h"
#include "interleave/strategy.h"

namespace straylane {

// Which accesses of a run met: the distinct pairs of accesses that follow each other on one object, and the class of
// the run, a digest of its reads-from pairs. Two runs of one class read the same values from the same code, whatever
// else their order was (the abstraction of Wolff, Shi, Duck, Mathur, Roychoudhury, "Greybox fuzzing for concurrency
// testing", ASPLOS 2024, section 3, with sites and `Maker` in place of threads).
//
// Bounded: objects beyond kObjectsMax are not followed, pairs beyond kPairsMax go into the digest and nowhere else.
class AccessPairs {
 public:
  static constexpr std::size_t kObjectsMax = 1 << 16;
  static constexpr std::size_t kPairsMax = 4'096;

  struct Access {
    std::uint32_t site = 0;
    ThreadIndex thread = kMainIndex;
  };

  void begin();
  void add(ThreadIndex thread, const PendingEvent& event);
  // Where nothing is known but sites: the thread at site `to` goes on after another that was left at site `from`.
  void add_switch(std::uint32_t from, std::uint32_t to);

  // Whose value a read of the object would get now; nothing where nobody has written it.
  std::optional<Access> last_write(std::uint64_t object) const;
  // Of an access to the object by `thread` at `site` now: what a read would read from.
  AccessPair reads_from(ThreadIndex thread, std::uint32_t site, std::uint64_t object) const;

  const std::vector<AccessPair>& pairs() const { return pairs_; }  // in the order in which they were first met
  // Of the reads-from pairs; where no access was known, of the switches. 0 where there was neither.
  std::uint64_t reads_from_digest() const { return digest_ != 0 ? digest_ : switch_digest_; }

 private:
  struct Cell {
    Access write;
    Access read;  // the last one since the write
    bool written = false;
    bool read_since = false;
  };
  void met(const AccessPair& pair);

  std::unordered_map<std::uint64_t, Cell> cells_;
  std::unordered_set<std::uint64_t> seen_;
  std::unordered_set<std::uint64_t> seen_switches_;
  std::vector<AccessPair> pairs_;
  std::uint64_t digest_ = 0;
  std::uint64_t switch_digest_ = 0;
};

}  // namespace straylane
