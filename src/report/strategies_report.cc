#include "report/strategies_report.h"

#include <fmt/format.h>

namespace straylane {

double per_thousand(std::uint64_t classes, std::uint64_t schedules) {
  return schedules == 0 ? 0 : 1000.0 * static_cast<double>(classes) / static_cast<double>(schedules);
}

std::string strategies_text(const std::vector<StrategyFigures>& strategies, std::uint64_t classes,
                            std::uint64_t schedules) {
  std::string text = fmt::format("  {} distinct reads-from class{}, {:.0f} per 1,000 schedules; by strategy:\n",
                                 classes, classes == 1 ? "" : "es", per_thousand(classes, schedules));
  for (const StrategyFigures& s : strategies) {
    text += fmt::format("    {:<11}{:>6} run{} {:>8.2f} s {:>6} new class{} {:>5} failing\n", s.name, s.runs,
                        s.runs == 1 ? ", " : "s,", s.seconds, s.new_classes, s.new_classes == 1 ? ",  " : "es,",
                        s.failures);
  }
  return text;
}

nlohmann::ordered_json strategies_to_json(const std::vector<StrategyFigures>& strategies) {
  auto list = nlohmann::ordered_json::array();
  for (const StrategyFigures& s : strategies) {
    list.push_back({{"strategy", s.name},
                    {"runs", s.runs},
                    {"seconds", s.seconds},
                    {"yields", s.yields},
                    {"new_classes", s.new_classes},
                    {"new_pairs", s.new_pairs},
                    {"failures", s.failures}});
  }
  return list;
}

}  // namespace straylane
