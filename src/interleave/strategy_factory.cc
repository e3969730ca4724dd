#include "interleave/strategy_factory.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "interleave/default_strategy.h"
#include "interleave/list_strategy.h"
#include "interleave/pct_strategy.h"
#include "interleave/pos_strategy.h"
#include "interleave/reads_from_strategy.h"
#include "interleave/replay_strategy.h"
#include "interleave/sticky_strategy.h"
#include "interleave/surw_strategy.h"

namespace straylane {
namespace {

std::unique_ptr<Strategy> make_replay(const RecordedForm& choices, bool strict, const SiteNumber& site_number,
                                      const SiteOf& site_of, const std::vector<Site>& counted) {
  std::vector<ReplayStrategy::Resolved> resolved;
  resolved.reserve(choices.size());
  for (const Choice& choice : choices) {
    resolved.push_back({choice, choice.site ? site_number(*choice.site) : ReplayStrategy::kNoSite});
  }
  std::set<std::uint32_t> numbers;
  for (const Site& site : counted) numbers.insert(site_number(site));
  if (!numbers.empty()) numbers.insert(0);  // where no line of source is
  return std::make_unique<ReplayStrategy>(
      std::move(resolved), strict, [site_of](std::uint32_t site) { return describe(site_of(site)); }, std::move(numbers));
}

std::unique_ptr<Strategy> make_drawn(const DrawnForm& drawn) {
  switch (drawn.strategy) {
    case DrawnStrategy::kSticky:
      return std::make_unique<StickyStrategy>(drawn.seed);
    case DrawnStrategy::kPct:
      return std::make_unique<PctStrategy>(drawn.seed, drawn.depth, drawn.steps_expected);
    case DrawnStrategy::kPos:
      return std::make_unique<PosStrategy>(drawn.seed);
    case DrawnStrategy::kSurw:
      return std::make_unique<SurwStrategy>(drawn.seed, drawn.interesting);
    case DrawnStrategy::kReadsFrom:
      return std::make_unique<ReadsFromStrategy>(drawn.seed, drawn.constraints);
  }
  return std::make_unique<DefaultStrategy>();
}

}  // namespace

std::unique_ptr<Strategy> make_strategy(const Schedule& schedule, bool strict, const SiteNumber& site_number,
                                        const SiteOf& site_of, const std::vector<Site>& counted) {
  if (const auto* search = std::get_if<SearchForm>(&schedule)) return std::make_unique<ListStrategy>(*search);
  if (const auto* recorded = std::get_if<RecordedForm>(&schedule)) {
    return make_replay(*recorded, strict, site_number, site_of, strict ? counted : std::vector<Site>());
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
