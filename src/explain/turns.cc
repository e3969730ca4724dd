#include "explain/turns.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace straylane {
namespace {

using Visits = std::map<std::pair<ThreadId, std::uint32_t>, std::uint32_t>;  // (thread, site) -> yield points so far

// The place in front of the call that `site` stands behind.
Site in_front_of(const Site& site, const std::vector<Site>& sites) {
  for (const Site& other : sites) {
    if (other.kind == "enter" && other.file == site.file && other.function == site.function &&
        other.statement == site.statement && other.occurrence + 1 == site.occurrence) {
      return other;
    }
  }
  return site;
}

std::uint32_t place_number(std::vector<Site>& places, const Site& site) {
  const auto found = std::find(places.begin(), places.end(), site);
  if (found == places.end()) places.push_back(site);
  return static_cast<std::uint32_t>(std::find(places.begin(), places.end(), site) - places.begin());
}

}  // namespace

Turns turns_of(const Observation& observation) {
  Turns turns;
  Visits visits;
  std::map<ThreadId, std::uint32_t> blocked_at;  // threads whose last yield point blocked: the site
  std::uint32_t steps_in_turn = 0;
  for (const Step& step : observation.trace) {
    if (turns.order.empty()) turns.order.push_back(step.thread);
    const Site& site = observation.sites[step.site];
    const bool blocked = step.kind == Step::Kind::kBlocked;
    if (!blocked) ++visits[{step.thread, step.site}];
    ++steps_in_turn;
    const auto was_blocked = blocked_at.find(step.thread);
    const bool blocks_again = blocked && steps_in_turn == 1 && was_blocked != blocked_at.end() &&
                              was_blocked->second == step.site && turns.order.size() > 1;
    if (blocked) {
      blocked_at[step.thread] = step.site;
    } else {
      blocked_at.erase(step.thread);
    }
    if (step.next == step.thread) continue;
    steps_in_turn = 0;
    if (blocks_again) {  // a turn that did nothing: with real threads it is not there
      turns.order.back() = step.next;
      continue;
    }
    if (step.kind != Step::Kind::kEnded) {
      const Site place = blocked ? in_front_of(site, observation.sites) : site;
      const auto same = std::find(observation.sites.begin(), observation.sites.end(), place);
      const auto number = static_cast<std::uint32_t>(same - observation.sites.begin());
      turns.holds[step.thread].push_back({static_cast<std::uint32_t>(turns.order.size() - 1),
                                          place_number(turns.places, place), visits[{step.thread, number}]});
    }
    turns.order.push_back(step.next);
  }
  return turns;
}

}  // namespace straylane
