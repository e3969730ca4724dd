#include "interleave/strategy_factory.h"

#include <fmt/format.h>

#include <iterator>

namespace straylane {

std::unique_ptr<Strategy> make_strategy(const Schedule& schedule, bool strict, const SiteNumber& site_number,
                                        const SiteOf& site_of, const std::vector<Site>& counted) {
  if (const auto* search = std::get_if<SearchForm>(&schedule)) return make_list(*search);
  if (const auto* recorded = std::get_if<RecordedForm>(&schedule)) {
    return make_replay(*recorded, strict, site_number, site_of, strict ? counted : std::vector<Site>());
  }
  return make_drawn(std::get<DrawnForm>(schedule));
}

std::unique_ptr<Strategy> make_drawn(const DrawnForm& drawn) {
  using Make = std::unique_ptr<Strategy>(const DrawnForm&);
  static constexpr Make* kMakes[] = {make_sticky, make_pct, make_pos, make_surw, make_reads_from};  // by DrawnStrategy
  static_assert(std::size(kMakes) == std::size(kDrawnStrategies));
  return kMakes[static_cast<std::size_t>(drawn.strategy)](drawn);
}

std::string describe(const Site& site) {
  std::string text = site.file;
  if (site.line != 0) text += fmt::format(":{}", site.line);
  if (!site.function.empty()) text += fmt::format(" ({})", site.function);
  text += ": " + site.statement;
  if (site.occurrence != 0) text += fmt::format(" [occurrence {}]", site.occurrence);
  return text;
}

}  // namespace straylane
