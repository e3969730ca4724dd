#include "report/discovery_report.h"

#include <fmt/format.h>

namespace straylane {
namespace {

std::string grouped(std::uint64_t number) {
  if (number < 1'000) return std::to_string(number);
  return fmt::format("{},{:03}", grouped(number / 1'000), number % 1'000);
}

std::string chance(double p) { return p == 0 ? "0" : p < 0.01 ? fmt::format("{:.1g}", p) : fmt::format("{:.2f}", p); }

}  // namespace

std::string discovery_text(const DiscoveryEstimate& e) {
  return fmt::format(
      "no failure in {} schedule{}; chance that the next one shows new behaviour about {} (95 % interval {} to {}; "
      "behaviour: {})",
      grouped(e.runs), e.runs == 1 ? "" : "s", chance(e.chance), chance(e.chance_low), chance(e.chance_high),
      e.behaviour);
}

nlohmann::ordered_json discovery_to_json(const DiscoveryEstimate& e) {
  if (e.runs == 0) return nullptr;
  return {{"behaviour", e.behaviour},
          {"runs", e.runs},
          {"classes", e.classes},
          {"singletons", e.singletons},
          {"doubletons", e.doubletons},
          {"one_in", e.one_in},
          {"chance", e.chance},
          {"chance_low", e.chance_low},
          {"chance_high", e.chance_high},
          {"chance_bound", e.chance_bound},
          {"confidence", 0.95}};
}

}  // namespace straylane
