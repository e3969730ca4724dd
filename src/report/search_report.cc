#include "report/search_report.h"

#include <fmt/format.h>

#include "domain/counted_noun.h"
#include "report/number_text.h"

namespace straylane {
namespace {

std::string chance(double p) { return p == 0 ? "0" : p < 0.01 ? fmt::format("{:.1g}", p) : fmt::format("{:.2f}", p); }

}  // namespace

std::string discovery_text(const DiscoveryEstimate& e) {
  return fmt::format(
      "no failure in {} schedule{}; chance that the next one shows new behaviour about {} (95 % interval {} to {}; "
      "behaviour: {})",
      grouped(e.runs, ","), e.runs == 1 ? "" : "s", chance(e.chance), chance(e.chance_low), chance(e.chance_high),
      e.behaviour);
}

double per_thousand(std::uint64_t classes, std::uint64_t schedules) {
  return schedules == 0 ? 0 : 1000.0 * static_cast<double>(classes) / static_cast<double>(schedules);
}

std::string strategies_text(const std::vector<StrategyFigures>& strategies, std::uint64_t classes,
                            std::uint64_t schedules) {
  std::string text = fmt::format("  {}, {:.0f} per 1,000 schedules; by strategy:\n",
                                 counted_noun(classes, "distinct reads-from class"), per_thousand(classes, schedules));
  for (const StrategyFigures& s : strategies) {
    text += fmt::format("    {:<11}{:>6} {:<5} {:>7.2f} s {:>6} new {:<8} {:>5} failing\n", s.name, s.runs,
                        s.runs == 1 ? "run," : "runs,", s.seconds, s.new_classes,
                        s.new_classes == 1 ? "class," : "classes,", s.failures);
  }
  return text;
}

}  // namespace straylane
