#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/puzzle_searches.h"
#include "domain/error.h"

namespace straylane {

nlohmann::ordered_json to_json(const PuzzleSearch& search);

// The searches that have been made, one a line of JSON, so that a long run can be ended and gone on with. A search that is
// ended has no line.
class PuzzleResults {
 public:
  // `file` may be empty (nothing is kept) or not exist yet. kMalformed for a line that is no search, with its number.
  static Expected<PuzzleResults> open(const std::string& file);

  const PuzzleSearch* find(const PuzzleSearch& planned) const;
  Expected<void> add(const PuzzleSearch& made);  // kStorage

 private:
  std::string file_;
  std::vector<PuzzleSearch> made_;
};

}  // namespace straylane
