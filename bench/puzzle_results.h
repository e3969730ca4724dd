#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/puzzle_searches.h"
#include "domain/error.h"

namespace straylane {

nlohmann::ordered_json to_json(const PuzzleSearch& search);

// The searches that have been completed, each as one line of JSON. So a long run can be interrupted and continued. An
// interrupted search has no line.
class PuzzleResults {
 public:
  // `file` may be empty (nothing is kept) or not exist yet.
  // Errors: kMalformed, with the number of the line, for a line that is not a search.
  static Expected<PuzzleResults> open(const std::string& file);

  const PuzzleSearch* find(const PuzzleSearch& planned) const;
  Expected<void> add(const PuzzleSearch& made);  // kStorage

 private:
  std::string file_;
  std::vector<PuzzleSearch> made_;
};

}  // namespace straylane
