#include "bench/puzzle_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/published_schedules.h"
#include "bench/puzzle_results.h"

namespace straylane {
namespace {

std::string median_text(const PuzzleSearch& s) {
  const auto median = s.median();
  std::string text = median ? fmt::format("{}", *median) : fmt::format(">{}", s.schedules_max);
  if (s.schedules.size() < s.seeds) text += fmt::format(" ({}{})", s.schedules.size(), s.out_of_time > 0 ? "*" : "");
  return text;
}

const PuzzleSearch* find(const std::vector<PuzzleSearch>& searches, const std::string& puzzle, bool spawned,
                         const std::string& strategy) {
  const auto found = std::find_if(searches.begin(), searches.end(), [&](const PuzzleSearch& s) {
    return s.puzzle == puzzle && s.spawned == spawned && s.strategy == strategy;
  });
  return found == searches.end() ? nullptr : &*found;
}

std::vector<std::string> strategies_of(const std::vector<PuzzleSearch>& searches) {
  std::vector<std::string> names = puzzle_strategies();
  std::erase_if(names, [&searches](const std::string& name) {
    return std::none_of(searches.begin(), searches.end(), [&name](const auto& s) { return s.strategy == name; });
  });
  return names;
}

std::string published_text(const std::string& puzzle) {
  for (const PublishedSchedules& p : kPublishedSchedules) {
    if (p.program == puzzle) return fmt::format(" |{:>6}{:>11}{:>11}{:>8}", p.rff, p.pos, p.pct3, p.period);
  }
  return " |     -  of our own design";
}

std::string table(const std::vector<PuzzleSearch>& searches, bool spawned) {
  const std::vector<std::string> names = strategies_of(searches);
  std::string text = fmt::format("{:<17}", spawned ? "spawned by main" : "start together");
  for (const std::string& name : names) text += fmt::format("{:>13}", name);
  if (spawned) text += fmt::format(" |{:>6}{:>11}{:>11}{:>8}", "RFF", "POS", "PCT3", "PERIOD");
  text += '\n';
  for (const PuzzleKind& kind : puzzle_kinds()) {
    std::string row;
    for (const std::string& name : names) {
      const PuzzleSearch* s = find(searches, kind.name, spawned, name);
      row += fmt::format("{:>13}", s != nullptr ? median_text(*s) : "");
    }
    if (row.find_first_not_of(' ') == std::string::npos) continue;
    text += fmt::format("{:<17}{}{}\n", kind.name, row, spawned ? published_text(kind.name) : "");
  }
  return text;
}

// How many times more schedules a hundred threads need than five.
std::string growth(const std::vector<PuzzleSearch>& searches) {
  std::string text;
  for (const char* puzzle : {"reorder", "twostage"}) {
    for (const std::string& name : puzzle_strategies()) {
      const PuzzleSearch* few = find(searches, fmt::format("{}_5", puzzle), true, name);
      const PuzzleSearch* many = find(searches, fmt::format("{}_100", puzzle), true, name);
      if (few == nullptr || many == nullptr || !few->median() || !many->median()) continue;
      text += fmt::format(
          "{:<10} {}, spawned: median at 100 threads {:.2f} times that at 5, found {} of {}, slowest "
          "seed {:.2f} s\n",
          name, puzzle, *many->median() / *few->median(), many->schedules.size(), many->seeds, many->slowest_s);
    }
  }
  return text;
}

// The puzzles that the portfolio did not find with every seed, and those that no strategy found with every seed.
std::string not_found(const std::vector<PuzzleSearch>& searches) {
  std::string by_portfolio;
  std::string by_any;
  for (const PuzzleSearch& planned : searches) {
    if (planned.strategy != searches.front().strategy) continue;  // one search per row
    const PuzzleSearch* best = nullptr;
    for (const PuzzleSearch& s : searches) {
      if (s.puzzle != planned.puzzle || s.spawned != planned.spawned) continue;
      if (best == nullptr || s.schedules.size() > best->schedules.size()) best = &s;
      if (s.strategy != "portfolio" || s.schedules.size() == s.seeds) continue;
      by_portfolio += fmt::format("{}{}{} ({} of {})", by_portfolio.empty() ? "" : ", ", s.puzzle,
                                  s.spawned ? " spawned" : " together", s.schedules.size(), s.seeds);
    }
    if (best->schedules.size() == best->seeds) continue;
    by_any +=
        fmt::format("{}{}{} ({} of {} by {})", by_any.empty() ? "" : ", ", best->puzzle,
                    best->spawned ? " spawned" : " together", best->schedules.size(), best->seeds, best->strategy);
  }
  return fmt::format("not found with every seed by the portfolio: {}\nnot found with every seed by any strategy: {}\n",
                     by_portfolio.empty() ? "none" : by_portfolio, by_any.empty() ? "none" : by_any);
}

}  // namespace

std::string render_puzzles(const std::vector<PuzzleSearch>& searches, const PuzzleOptions& options) {
  std::string text = fmt::format(
      "Schedules to the first failure: median of {} seeds; (k): only k seeds found it. A seed takes at most\n"
      "{} schedules, divided by the puzzle's threads, and {:g} s of processor time (*: reached).\n"
      "Right of the bar, as published: means of the trials that succeeded. The programs are rewritten, and their\n"
      "events differ: only the order of magnitude compares, and only where a main thread spawns the others.\n\n",
      options.seeds, options.schedules_max, options.time_s);
  text += table(searches, true) + '\n' + table(searches, false) + '\n';
  return text + growth(searches) + not_found(searches);
}

nlohmann::ordered_json puzzles_to_json(const std::vector<PuzzleSearch>& searches, const PuzzleOptions& options) {
  nlohmann::ordered_json document = {{"schedules_max", options.schedules_max},
                                     {"searches", nlohmann::ordered_json::array()}};
  for (const PuzzleSearch& s : searches) document["searches"].push_back(to_json(s));
  return document;
}

}  // namespace straylane
