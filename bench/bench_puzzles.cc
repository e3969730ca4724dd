// One command for the figures of docs/benchmarks.md about strategies: how many schedules each needs to meet the bugs of
// the puzzles (props/puzzles), beside what others have published.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "bench/puzzle_report.h"

int main(int argc, char** argv) {
  using namespace straylane;
  PuzzleOptions options;
  bool quick = false;
  bool json = false;
  CLI::App app("Benchmark of the strategies: schedules to the bugs of the puzzles");
  app.add_option("--seeds", options.seeds, "searches for each puzzle and strategy")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--schedules", options.schedules_max, "that a search may take")->capture_default_str();
  app.add_option("--time", options.time_s, "seconds that a search may take")->capture_default_str();
  app.add_option("--only", options.only, "puzzles whose name has this, such as reorder");
  app.add_flag("--quick", quick, "a smoke test: two seeds, 20 schedules");
  app.add_flag("--json", json, "one document on stdout");
  CLI11_PARSE(app, argc, argv);
  if (quick) {
    options.seeds = 2;
    options.schedules_max = 20;
  }
  const auto searches = search_puzzles(options, [](const std::string& line) {
    if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "{}\n", line);
  });
  if (searches.empty()) {
    fmt::print(stderr, "bench: there is no puzzle whose name has \"{}\"\n", options.only);
    return 1;
  }
  json ? fmt::print("{}\n", puzzles_to_json(searches, options).dump(2))
       : fmt::print("{}", render_puzzles(searches, options));
  return 0;
}
