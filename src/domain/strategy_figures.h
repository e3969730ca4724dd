#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// What one strategy did in a search, and what came of it.
struct StrategyFigures {
  std::string name;  // "sticky", "pct", "list", "pos", "surw", "reads-from"
  std::uint64_t runs = 0;
  double seconds = 0;             // a batch is shared out by yield points
  std::uint64_t yields = 0;       // yield points of its runs
  std::uint64_t new_classes = 0;  // runs of a reads-from class that no run before them was of
  std::uint64_t new_pairs = 0;    // pairs of accesses that no run before had
  std::uint64_t failures = 0;     // failing runs
};

}  // namespace straylane
