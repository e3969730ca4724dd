#pragma once

#include <memory>
#include <vector>

#include "interleave/guided_strategy.h"
#include "interleave/strategy_factory.h"
#include "targets/target.h"

namespace straylane {

// What carries out the schedule of a case, as these options have it; for lifetimes see make_strategy.
inline std::unique_ptr<Strategy> strategy_of(const Case& c, const RunOptions& options, const SiteNumber& site_number,
                                             const SiteOf& site_of) {
  static const std::vector<Site> kEverySite;
  const std::vector<Site>& counted = options.across_change ? c.sites : kEverySite;
  return guided(make_strategy(c.schedule, options.strict, site_number, site_of, counted), options.guide, site_number);
}

}  // namespace straylane
