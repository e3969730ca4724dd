#include "interleave/strategy_factory.h"

#include <fmt/format.h>

#include <utility>

#include "interleave/default_strategy.h"
#include "interleave/list_strategy.h"
#include "interleave/pct_strategy.h"
#include "interleave/replay_strategy.h"
#include "interleave/sticky_strategy.h"

namespace straylane {
namespace {

std::unique_ptr<Strategy> make_replay(const RecordedForm& choices, bool strict, const SiteNumber& site_number,
                                      const SiteOf& site_of) {
  std::vector<ReplayStrategy::Resolved> resolved;
  resolved.reserve(choices.size());
  for (const Choice& choice : choices) {
    resolved.push_back({choice, choice.site ? site_number(*choice.site) : ReplayStrategy::kNoSite});
  }
  return std::make_unique<ReplayStrategy>(std::move(resolved), strict,
                                          [site_of](std::uint32_t site) { return describe(site_of(site)); });
}

std::unique_ptr<Strategy> make_drawn(const DrawnForm& drawn) {
  switch (drawn.strategy) {
    case DrawnStrategy::kSticky:
      return std::make_unique<StickyStrategy>(drawn.seed);
    case DrawnStrategy::kPct:
      return std::make_unique<PctStrategy>(drawn.seed, drawn.depth, drawn.steps_expected);
  }
  return std::make_unique<DefaultStrategy>();
}

}  // namespace

std::unique_ptr<Strategy> make_strategy(const Schedule& schedule, bool strict, const SiteNumber& site_number,
                                        const SiteOf& site_of) {
  if (const auto* search = std::get_if<SearchForm>(&schedule)) return std::make_unique<ListStrategy>(*search);
  if (const auto* recorded = std::get_if<RecordedForm>(&schedule)) {
    return make_replay(*recorded, strict, site_number, site_of);
  }
  return make_drawn(std::get<DrawnForm>(schedule));
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
