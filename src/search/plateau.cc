#include "search/plateau.h"

#include <algorithm>

namespace straylane {
namespace {

constexpr double kNotSeenYet =
    0.1;  // singletons that are taken to be there where there are none: few runs prove little

}  // namespace

bool plateau(const DiscoveryEstimate& estimate, const PlateauOptions& options) {
  if (estimate.runs < std::max<std::uint64_t>(1, options.runs_min)) return false;
  const auto left = static_cast<double>(options.runs_left) / static_cast<double>(estimate.runs);
  const double expected = (static_cast<double>(estimate.singletons) + kNotSeenYet) * left;
  return expected <= options.share_max * static_cast<double>(estimate.classes);
}

}  // namespace straylane
