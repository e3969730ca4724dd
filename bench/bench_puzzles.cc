// Measures the figures of docs/benchmarks.md about strategies: how many schedules each needs to find the bugs of the
// puzzles (props/puzzles), next to published figures.

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "bench/puzzle_report.h"
#include "bench/puzzle_results.h"

namespace {

using namespace straylane;

Expected<std::vector<PuzzleSearch>> search_puzzles(const PuzzleOptions& options, const std::string& file) {
  auto results = PuzzleResults::open(file);
  if (!results) return tl::unexpected(results.error());
  std::vector<PuzzleSearch> searches = planned_searches(options);
  for (std::size_t i = 0; i < searches.size(); ++i) {
    PuzzleSearch& search = searches[i];
    if (const PuzzleSearch* known = results->find(search)) {
      search = *known;
      continue;
    }
    make_search(search, options.time_s);
    if (auto added = results->add(search); !added) return tl::unexpected(added.error());
    fmt::print(stderr, "{} of {}: {}{} {}: {} of {}\n", i + 1, searches.size(), search.puzzle,
               search.spawned ? " spawned" : "", search.strategy, search.schedules.size(), search.seeds);
  }
  return searches;
}

}  // namespace

int main(int argc, char** argv) {
  PuzzleOptions options;
  std::string file;
  bool quick = false;
  bool json = false;
  CLI::App app("Benchmark of the strategies: schedules to the bugs of the puzzles");
  app.add_option("--seeds", options.seeds, "searches for each puzzle and strategy")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--schedules", options.schedules_max, "that a search may take, divided by the puzzle's threads")
      ->capture_default_str();
  app.add_option("--time", options.time_s, "seconds of processor time that a search may take")->capture_default_str();
  app.add_option("--only", options.only, "puzzles whose name has this, such as reorder");
  app.add_option("--strategy", options.strategy, "this one alone")->check(CLI::IsMember(puzzle_strategies()));
  app.add_option("--results", file, "searches that have been made, one a line: those are not made again");
  app.add_flag("--quick", quick, "a smoke test: two seeds, few schedules");
  app.add_flag("--json", json, "one document on stdout");
  CLI11_PARSE(app, argc, argv);
  if (quick) {
    options.seeds = 2;
    options.schedules_max = 2'000;
  }
  const auto searches = search_puzzles(options, file);
  if (!searches) {
    fmt::print(stderr, "bench: {}\n", searches.error().message);
    return 1;
  }
  if (searches->empty()) {
    fmt::print(stderr, "bench: there is no puzzle whose name has \"{}\"\n", options.only);
    return 1;
  }
  json ? fmt::print("{}\n", puzzles_to_json(*searches, options).dump(2))
       : fmt::print("{}", render_puzzles(*searches, options));
  return 0;
}
