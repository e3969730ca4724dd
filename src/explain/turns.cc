#include "explain/turns.h"

#include <algorithm>
#include <optional>
#include <set>
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

// The loop in which `m` polls whether threads are alive. How often it goes round, and in which order it asks, depends
// on time and on addresses with real threads; but as long as no thread waits for `m` it only looks there, so that it
// can as well be held in front of the loop until its last turn.
class PollingLoop {
 public:
  explicit PollingLoop(const Observation& observation) {
    for (const Step& step : observation.trace) {
      const Site& site = observation.sites[step.site];
      if (step.thread.is_main() && step.kind == Step::Kind::kBlocked && site.kind != "end") polls_.insert(&site);
    }
    for (const Site& site : observation.sites) {
      if (site.kind == "while") whiles_.push_back(&site);
    }
  }

  bool has(const Site& site) const {
    return std::any_of(polls_.begin(), polls_.end(), [&](const Site* poll) {
      if (poll->file != site.file || poll->function != site.function) return false;
      return poll->statement == site.statement || std::any_of(whiles_.begin(), whiles_.end(), [&](const Site* loop) {
               return loop->file == site.file && loop->function == site.function && lies_in(*poll, *loop) &&
                      lies_in(site, *loop);
             });
    });
  }

 private:
  static bool lies_in(const Site& site, const Site& loop) {
    return loop.line <= site.line && site.line <= loop.end_line;
  }

  std::set<const Site*> polls_;
  std::vector<const Site*> whiles_;
};

}  // namespace

Turns turns_of(const Observation& observation) {
  Turns turns;
  Visits visits;
  std::map<ThreadId, std::uint32_t> blocked_at;  // threads whose last yield point blocked: the site
  std::uint32_t steps_in_turn = 0;
  const PollingLoop polling(observation);
  std::optional<std::uint32_t> before_polling;  // the last site in this turn of `m` in front of the loop
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
    const bool polls =
        step.thread.is_main() && polling.has(site) &&
        std::all_of(blocked_at.begin(), blocked_at.end(), [](const auto& b) { return b.first.is_main(); });
    if (step.thread.is_main() && !polls && !blocked) before_polling = step.site;
    if (step.next == step.thread) continue;
    steps_in_turn = 0;
    const auto last_before = std::exchange(before_polling, std::nullopt);
    if (polls && last_before) {
      const Site& place = observation.sites[*last_before];
      turns.holds[step.thread].push_back({static_cast<std::uint32_t>(turns.order.size() - 1),
                                          place_number(turns.places, place), visits[{step.thread, *last_before}]});
      turns.order.push_back(step.next);
      continue;
    }
    if (polls && turns.order.size() > 1) {  // a turn in which it only looked
      turns.order.back() = step.next;
      continue;
    }
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
