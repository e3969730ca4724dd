#pragma once

#include <cstdint>

namespace straylane {

// Two accesses to one object that follow each other, as code that met code: sites, and who made the earlier one as the
// thread of the later one sees it. Threads have no numbers here: a grid has many that are alike, and what one of them
// meets says what all of them can.
enum class Maker : std::uint8_t {
  kNobody,  // there was no earlier access: the initial value is read
  kSame,    // the thread of the later access itself
  kOther,   // another thread
};

enum class PairKind : std::uint8_t {
  kReadsFrom,   // a write, and the read that gets its value
  kOverwrites,  // a write, and the next write
  kOverRead,    // a read, and the next write
};

// Sites are numbers of the target's site table: the same in every process of one target and program.
struct AccessPair {
  std::uint32_t earlier = 0;  // 0 where `maker` is kNobody
  std::uint32_t later = 0;
  Maker maker = Maker::kNobody;
  PairKind kind = PairKind::kReadsFrom;

  bool operator==(const AccessPair&) const = default;
};

}  // namespace straylane
