#include "bench/puzzle_searches.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/stopwatch.h"
#include "props/puzzles/puzzle_target.h"
#include "search/portfolio.h"

namespace straylane {
namespace {

// 0 where the bug was not found.
std::uint64_t search_one(PuzzleTarget& target, const Case& base, Portfolio::Options search,
                         const PuzzleOptions& options, double& seconds) {
  search.program = base.program;
  search.launches = base.launches;
  Portfolio portfolio(std::move(search));
  const Stopwatch watch;
  std::uint64_t found = 0;
  for (std::uint64_t i = 1; i <= options.schedules_max && found == 0 && watch.seconds() < options.time_s; ++i) {
    const auto result = run_case(target, portfolio.next(), {});
    if (!result) break;
    portfolio.observed(*result);
    if (result->verdict.failure) found = i;
  }
  seconds = watch.seconds();
  return found;
}

PuzzleSearch search_seeds(const PuzzleKind& kind, bool spawned, const std::string& strategy,
                          const PuzzleOptions& options) {
  PuzzleTarget target;
  PuzzleSearch search{
      .puzzle = kind.name, .threads = kind.threads, .spawned = spawned, .strategy = strategy, .seeds = options.seeds};
  for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
    double seconds = 0;
    const auto found =
        search_one(target, puzzle_case(kind, spawned), {.seed = seed, .strategy = strategy}, options, seconds);
    if (found > 0) search.schedules.push_back(found);
    search.slowest_s = std::max(search.slowest_s, seconds);
  }
  std::sort(search.schedules.begin(), search.schedules.end());
  return search;
}

}  // namespace

std::optional<double> PuzzleSearch::median() const {
  const std::size_t lower = (seeds - 1) / 2;
  const std::size_t upper = seeds / 2;
  if (seeds == 0 || upper >= schedules.size()) return std::nullopt;
  return static_cast<double>(schedules[lower] + schedules[upper]) / 2;
}

std::vector<std::string> puzzle_strategies() { return {"portfolio", "reads-from", "surw", "pos", "pct", "sticky"}; }

std::vector<PuzzleSearch> search_puzzles(const PuzzleOptions& options,
                                         const std::function<void(const std::string&)>& say) {
  std::vector<PuzzleSearch> searches;
  for (const bool spawned : {true, false}) {
    for (const PuzzleKind& kind : puzzle_kinds()) {
      if (kind.name.find(options.only) == std::string::npos) continue;
      for (const std::string& strategy : puzzle_strategies()) {
        searches.push_back(search_seeds(kind, spawned, strategy, options));
        say(fmt::format("{}{} {}: {} of {}", kind.name, spawned ? kSpawned : "", strategy,
                        searches.back().schedules.size(), options.seeds));
      }
    }
  }
  return searches;
}

}  // namespace straylane
