#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/puzzle_searches.h"

namespace straylane {

std::string render_puzzles(const std::vector<PuzzleSearch>& searches, const PuzzleOptions& options);
nlohmann::ordered_json puzzles_to_json(const std::vector<PuzzleSearch>& searches, const PuzzleOptions& options);

}  // namespace straylane
