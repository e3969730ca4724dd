#include "bench/puzzle_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/published_schedules.h"

namespace straylane {
namespace {

std::string median_text(const PuzzleSearch& s, const PuzzleOptions& options) {
  const auto median = s.median();
  std::string text = median ? fmt::format("{:g}", *median) : fmt::format(">{}", options.schedules_max);
  if (s.schedules.size() < s.seeds) text += fmt::format(" ({})", s.schedules.size());
  return text;
}

const PuzzleSearch* find(const std::vector<PuzzleSearch>& searches, const std::string& puzzle, bool spawned,
                         const std::string& strategy) {
  const auto found = std::find_if(searches.begin(), searches.end(), [&](const PuzzleSearch& s) {
    return s.puzzle == puzzle && s.spawned == spawned && s.strategy == strategy;
  });
  return found == searches.end() ? nullptr : &*found;
}

std::string table(const std::vector<PuzzleSearch>& searches, const PuzzleOptions& options, bool spawned) {
  std::string text = fmt::format("{:<17}", spawned ? "spawned by main" : "start together");
  for (const std::string& name : puzzle_strategies()) text += fmt::format("{:>12}", name);
  if (spawned) text += fmt::format(" |{:>7}{:>11}{:>11}{:>8}", "RFF", "POS", "PCT3", "PERIOD");
  text += '\n';
  for (const PuzzleSearch& row : searches) {
    if (row.spawned != spawned || row.strategy != puzzle_strategies().front()) continue;
    text += fmt::format("{:<17}", row.puzzle);
    for (const std::string& name : puzzle_strategies()) {
      const PuzzleSearch* s = find(searches, row.puzzle, spawned, name);
      text += fmt::format("{:>12}", s != nullptr ? median_text(*s, options) : "");
    }
    for (const PublishedSchedules& p : kPublishedSchedules) {
      if (!spawned || p.program != row.puzzle) continue;
      text += fmt::format(" |{:>7}{:>11}{:>11}{:>8}", p.rff, p.pos, p.pct3, p.period);
    }
    text += '\n';
  }
  return text;
}

// How much more a hundred threads need than five.
std::string growth(const std::vector<PuzzleSearch>& searches) {
  std::string text;
  for (const char* puzzle : {"reorder", "twostage"}) {
    for (const std::string& name : puzzle_strategies()) {
      const PuzzleSearch* few = find(searches, fmt::format("{}_5", puzzle), true, name);
      const PuzzleSearch* many = find(searches, fmt::format("{}_100", puzzle), true, name);
      if (few == nullptr || many == nullptr || !few->median() || !many->median()) continue;
      text += fmt::format("{}: {}, spawned: median at 100 threads {:.2f} times that at 5; slowest seed {:.2f} s\n",
                          name, puzzle, *many->median() / *few->median(), many->slowest_s);
    }
  }
  return text;
}

std::string not_found(const std::vector<PuzzleSearch>& searches) {
  std::string text;
  for (const PuzzleSearch& s : searches) {
    if (s.strategy != "portfolio" || s.schedules.size() == s.seeds) continue;
    text += fmt::format("{}{}{} ({} of {})", text.empty() ? "" : ", ", s.puzzle, s.spawned ? " spawned" : " together",
                        s.schedules.size(), s.seeds);
  }
  return text.empty() ? "the portfolio found every puzzle with every seed\n"
                      : "the portfolio did not find with every seed: " + text + "\n";
}

}  // namespace

std::string render_puzzles(const std::vector<PuzzleSearch>& searches, const PuzzleOptions& options) {
  std::string text = fmt::format(
      "Schedules to the first failure: median of {} seeds, at most {} schedules each; (k): only k seeds found it.\n"
      "Right of the bar, as published: means of the trials that succeeded. The programs are rewritten: what is a "
      "yield\n"
      "point differs, so only the order of magnitude compares, and only where a main thread spawns the others.\n\n",
      options.seeds, options.schedules_max);
  text += table(searches, options, true) + '\n' + table(searches, options, false) + '\n';
  return text + growth(searches) + not_found(searches);
}

nlohmann::ordered_json puzzles_to_json(const std::vector<PuzzleSearch>& searches, const PuzzleOptions& options) {
  nlohmann::ordered_json document = {{"schedules_max", options.schedules_max},
                                     {"searches", nlohmann::ordered_json::array()}};
  for (const PuzzleSearch& s : searches) {
    document["searches"].push_back({{"puzzle", s.puzzle},
                                    {"threads", s.threads},
                                    {"spawned", s.spawned},
                                    {"strategy", s.strategy},
                                    {"seeds", s.seeds},
                                    {"found", s.schedules.size()},
                                    {"median", s.median() ? nlohmann::ordered_json(*s.median()) : nullptr},
                                    {"schedules", s.schedules},
                                    {"slowest_s", s.slowest_s}});
  }
  return document;
}

}  // namespace straylane
