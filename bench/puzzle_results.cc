#include "bench/puzzle_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace straylane {
namespace {

PuzzleSearch search_from(const nlohmann::json& line) {
  PuzzleSearch s;
  s.puzzle = line.at("puzzle");
  s.threads = line.at("threads");
  s.spawned = line.at("spawned");
  s.strategy = line.at("strategy");
  s.seeds = line.at("seeds");
  s.schedules_max = line.at("schedules_max");
  s.schedules = line.at("schedules").get<std::vector<std::uint64_t>>();
  s.slowest_s = line.at("slowest_s");
  s.out_of_time = line.at("out_of_time");
  return s;
}

}  // namespace

nlohmann::ordered_json to_json(const PuzzleSearch& search) {
  const auto median = search.median();
  return {{"puzzle", search.puzzle},
          {"threads", search.threads},
          {"spawned", search.spawned},
          {"strategy", search.strategy},
          {"seeds", search.seeds},
          {"schedules_max", search.schedules_max},
          {"found", search.schedules.size()},
          {"median", median ? nlohmann::ordered_json(*median) : nullptr},
          {"schedules", search.schedules},
          {"slowest_s", search.slowest_s},
          {"out_of_time", search.out_of_time}};
}

Expected<PuzzleResults> PuzzleResults::open(const std::string& file) {
  PuzzleResults results;
  results.file_ = file;
  std::ifstream in(file);
  std::string line;
  for (std::size_t number = 1; !file.empty() && std::getline(in, line); ++number) {
    try {
      results.made_.push_back(search_from(nlohmann::json::parse(line)));
    } catch (const nlohmann::json::exception& error) {
      return make_error(ErrorCode::kMalformed, fmt::format("{}:{} is no search: {}", file, number, error.what()));
    }
  }
  return results;
}

const PuzzleSearch* PuzzleResults::find(const PuzzleSearch& planned) const {
  const auto found =
      std::find_if(made_.begin(), made_.end(), [&planned](const PuzzleSearch& s) { return s.same_search(planned); });
  return found == made_.end() ? nullptr : &*found;
}

Expected<void> PuzzleResults::add(const PuzzleSearch& made) {
  made_.push_back(made);
  if (file_.empty()) return {};
  std::ofstream out(file_, std::ios::app);
  out << to_json(made).dump() << '\n' << std::flush;
  if (out) return {};
  return make_error(ErrorCode::kStorage, fmt::format("{}: {}", file_, std::strerror(errno)));
}

}  // namespace straylane
