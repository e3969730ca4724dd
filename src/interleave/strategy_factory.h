#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "domain/schedule.h"
#include "interleave/strategy.h"

namespace straylane {

// A target's numbers for sites, and back. A number means one site for as long as the target lives; digests are made of
// numbers, so a target numbers its sites the same way in every process.
//
// `SiteNumber` gives a site that the target has never met a new number, which no yield point will ever have: strict
// replay then refuses there and names both sites.
using SiteNumber = std::function<std::uint32_t(const Site&)>;
using SiteOf = std::function<Site(std::uint32_t)>;

// The strategy that carries out any of the three forms of a schedule. `strict` concerns the recorded form only. The
// schedule and what the two functions refer to must outlive the strategy; they are not called where the schedule is
// not a recorded one.
//
// `counted`: where it is not empty, a strict replay counts the yield points of a thread at these sites alone.
std::unique_ptr<Strategy> make_strategy(const Schedule& schedule, bool strict, const SiteNumber& site_number,
                                        const SiteOf& site_of, const std::vector<Site>& counted = {});

// How a refusal names a site: `file:line (function): statement`, with the occurrence where it is not the first.
std::string describe(const Site& site);

}  // namespace straylane
