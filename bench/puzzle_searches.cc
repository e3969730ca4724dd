#include "bench/puzzle_searches.h"

#include <algorithm>
#include <tuple>

#include "bench/stopwatch.h"
#include "props/puzzles/puzzle_target.h"
#include "search/portfolio.h"

namespace straylane {
namespace {

// Gives the schedules up to the failing one, or 0 if the bug was not found. `seconds` and `made` are what was used.
std::uint64_t search_one(PuzzleTarget& target, const Case& base, Portfolio::Options search, std::uint64_t schedules_max,
                         double time_s, double& seconds, std::uint64_t& made) {
  search.program = base.program;
  search.calls = base.calls;
  Portfolio portfolio(std::move(search), target.info().program.schema);
  const Stopwatch watch;
  std::uint64_t found = 0;
  for (made = 0; made < schedules_max && found == 0 && watch.processor_seconds() < time_s;) {
    const auto result = run_case(target, portfolio.next(), {});
    if (!result) break;
    ++made;
    portfolio.observed(*result);
    if (result->verdict.failure) found = made;
  }
  seconds = watch.processor_seconds();
  return found;
}

const PuzzleKind& kind_of(const PuzzleSearch& search) {
  const auto& kinds = puzzle_kinds();
  return *std::find_if(kinds.begin(), kinds.end(), [&](const PuzzleKind& k) { return k.name == search.puzzle; });
}

}  // namespace

std::optional<double> PuzzleSearch::median() const {
  const std::size_t lower = (seeds - 1) / 2;
  const std::size_t upper = seeds / 2;
  if (seeds == 0 || upper >= schedules.size()) return std::nullopt;
  return static_cast<double>(schedules[lower] + schedules[upper]) / 2;
}

bool PuzzleSearch::same_search(const PuzzleSearch& other) const {
  return std::tie(puzzle, spawned, strategy, seeds, schedules_max) ==
         std::tie(other.puzzle, other.spawned, other.strategy, other.seeds, other.schedules_max);
}

std::vector<std::string> puzzle_strategies() { return {"portfolio", "reads-from", "surw", "pos", "pct", "sticky"}; }

std::vector<PuzzleSearch> planned_searches(const PuzzleOptions& options) {
  std::vector<PuzzleSearch> searches;
  for (const bool spawned : {true, false}) {
    for (const PuzzleKind& kind : puzzle_kinds()) {
      if (kind.name.find(options.only) == std::string::npos) continue;
      for (const std::string& strategy : puzzle_strategies()) {
        if (!options.strategy.empty() && strategy != options.strategy) continue;
        const auto share = options.schedules_max / static_cast<std::uint64_t>(kind.threads);
        searches.push_back({.puzzle = kind.name,
                            .threads = kind.threads,
                            .spawned = spawned,
                            .strategy = strategy,
                            .seeds = options.seeds,
                            .schedules_max = std::max<std::uint64_t>(share, 1)});
      }
    }
  }
  return searches;
}

void make_search(PuzzleSearch& search, double time_s) {
  PuzzleTarget target;
  const Case base = puzzle_case(kind_of(search), search.spawned);
  for (std::uint64_t seed = 1; seed <= search.seeds; ++seed) {
    double seconds = 0;
    std::uint64_t made = 0;
    const auto found = search_one(target, base, {.seed = seed, .strategy = search.strategy}, search.schedules_max,
                                  time_s, seconds, made);
    if (found > 0) search.schedules.push_back(found);
    if (found == 0 && made < search.schedules_max) ++search.out_of_time;
    search.slowest_s = std::max(search.slowest_s, seconds);
  }
  std::sort(search.schedules.begin(), search.schedules.end());
}

}  // namespace straylane
