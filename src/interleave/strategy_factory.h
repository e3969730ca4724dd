#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "domain/guide.h"
#include "domain/schedule.h"
#include "interleave/strategy.h"

namespace straylane {

// A target's numbers for sites, and back. A number means one site for as long as the target lives. Digests are made of
// these numbers, so a target numbers its sites the same way in every process.
//
// `SiteNumber` gives a site that the target does not know a new number, which no yield point will ever have. Strict
// replay then refuses there and names both sites.
using SiteNumber = std::function<std::uint32_t(const Site&)>;
using SiteOf = std::function<Site(std::uint32_t)>;

// Returns the strategy that carries out a schedule in any of its three forms.
//
//   strict   concerns the recorded form only
//   counted  unless empty: a strict replay counts the yield points of a thread at these sites alone
//
// The schedule, and what the two functions refer to, must outlive the strategy. The functions are called for recorded
// schedules only.
std::unique_ptr<Strategy> make_strategy(const Schedule& schedule, bool strict, const SiteNumber& site_number,
                                        const SiteOf& site_of, const std::vector<Site>& counted = {});

// Returns the strategy that carries out the drawn form: one of those that follow. NAME_strategy.cc describes it.
std::unique_ptr<Strategy> make_drawn(const DrawnForm& drawn);
std::unique_ptr<Strategy> make_sticky(const DrawnForm& drawn);
std::unique_ptr<Strategy> make_pct(const DrawnForm& drawn);
std::unique_ptr<Strategy> make_pos(const DrawnForm& drawn);
std::unique_ptr<Strategy> make_surw(const DrawnForm& drawn);
std::unique_ptr<Strategy> make_reads_from(const DrawnForm& drawn);

// Return the strategies of the other two forms. The parameters are those of make_strategy.
std::unique_ptr<Strategy> make_list(const SearchForm& preemptions);
std::unique_ptr<Strategy> make_replay(const RecordedForm& choices, bool strict, const SiteNumber& site_number,
                                      const SiteOf& site_of, const std::vector<Site>& counted);

// Returns `strategy` held to `guide`, or `strategy` itself if the guide is empty.
std::unique_ptr<Strategy> guided(std::unique_ptr<Strategy> strategy, const Guide& guide, const SiteNumber& site_number);

// Names a site as refusals do: `file:line (function): statement`, with the occurrence unless it is the first.
std::string describe(const Site& site);

}  // namespace straylane
