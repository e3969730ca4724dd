#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "domain/schedule.h"
#include "interleave/strategy.h"

namespace straylane {

// Which accesses of a run met: the distinct pairs of accesses that follow each other on one object, and the class of
// the run, a digest of its reads-from pairs. In two runs of one class, the same code reads values written by the same
// code, whatever else their order was. This is the abstraction of Wolff, Shi, Duck, Mathur, Roychoudhury, "Greybox
// fuzzing for concurrency testing", ASPLOS 2024, section 3, with sites and `Maker` in place of threads.
//
// Bounded: objects beyond kObjectsMax are not followed. Pairs beyond kPairsMax go into the digest only.
class AccessPairs {
 public:
  static constexpr std::size_t kObjectsMax = 1 << 16;
  static constexpr std::size_t kPairsMax = 4'096;

  void begin();
  void add(ThreadIndex thread, const PendingEvent& event);
  // Adds a switch, for targets that know sites only: a thread was left at site `from`, another goes on at site `to`.
  void add_switch(std::uint32_t from, std::uint32_t to);

  // Returns the pair that a read of the object by `thread` at `site` would make now.
  AccessPair reads_from(ThreadIndex thread, std::uint32_t site, std::uint64_t object) const;

  const std::vector<AccessPair>& pairs() const { return pairs_; }  // in the order in which they were first met
  // Returns the digest of the reads-from pairs; without any known access, of the switches; without either, 0.
  std::uint64_t reads_from_digest() const { return digest_ != 0 ? digest_ : switch_digest_; }

 private:
  struct Access {
    std::uint32_t site = 0;
    ThreadIndex thread = kMainIndex;
  };
  struct Cell {
    std::optional<Access> write;
    std::optional<Access> read;  // the last one since the write
  };
  static AccessPair pair_of(const Access& earlier, ThreadIndex thread, std::uint32_t site, PairKind kind);
  static AccessPair read_of(const Cell& cell, ThreadIndex thread, std::uint32_t site);
  void met(const AccessPair& pair);

  std::unordered_map<std::uint64_t, Cell> cells_;  // by object
  std::unordered_set<std::uint64_t> seen_;
  std::unordered_set<std::uint64_t> seen_switches_;
  std::vector<AccessPair> pairs_;
  std::uint64_t digest_ = 0;
  std::uint64_t switch_digest_ = 0;
};

}  // namespace straylane
