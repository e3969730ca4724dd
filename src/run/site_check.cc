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
  const std::size_t longer = std::max(recorded.size(), met.size());
  for (std::size_t i = 0; i < longer; ++i) {
    if (i < recorded.size() && i < met.size() && recorded[i] == met[i]) continue;
    return fmt::format(
        "this is not the run that was recorded (another system, or an edited case): site {} was {}, is {}", i,
        name_of(recorded, i), name_of(met, i));
  }
  return std::nullopt;
}

}  // namespace straylane
