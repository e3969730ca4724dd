#include "run/site_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace straylane {
namespace {

std::string name_of(const std::vector<Site>& sites, std::size_t place) {
  if (place >= sites.size()) return "nothing more";
  const Site& s = sites[place];
  return fmt::format("{}:{} in {}: \"{}\"", s.file, s.line, s.function, s.statement);
}

}  // namespace

std::optional<std::string> first_difference(const std::vector<Site>& recorded, const std::vector<Site>& met) {
  const auto has = [](const std::vector<Site>& sites, const Site& site) {
    return std::ranges::find(sites, site) != sites.end();
  };
  std::size_t at = 0;  // in `met`
  for (std::size_t i = 0; i < recorded.size(); ++i, ++at) {
    std::size_t here = at;
    while (here < met.size() && !has(recorded, met[here])) ++here;  // skips added statements
    if (here >= met.size() || met[here] != recorded[i]) {
      const bool replaced = !has(met, recorded[i]) && at < met.size();  // another statement is in its place
      return fmt::format(
          "this is not the run that was recorded (another system, or an edited case): site {} was {}, is {}", i,
          name_of(recorded, i), name_of(met, replaced ? at : here));
    }
    at = here;
  }
  return std::nullopt;
}

}  // namespace straylane
