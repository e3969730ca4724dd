#include "explain/turns.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace straylane {
namespace {

using Visits = std::map<std::pair<ThreadId, std::uint32_t>, std::uint32_t>;  // (thread, site) -> yield points so far

// The site that comes `by` before (or, negative, after) `site` in its statement; null where there is none of that kind.
const Site* neighbour(const Site& site, std::int64_t by, const char* kind, const std::vector<Site>& sites) {
  for (const Site& other : sites) {
    if (other.kind == kind && other.file == site.file && other.function == site.function &&
        other.statement == site.statement && other.occurrence + by == site.occurrence) {
      return &other;
    }
  }
  return nullptr;
}

std::uint32_t number_of(const Site& site, const std::vector<Site>& sites) {
  return static_cast<std::uint32_t>(std::find(sites.begin(), sites.end(), site) - sites.begin());
}

struct Place {
  Site site;
  std::uint32_t visit = 0;
};

// Where a thread stands before what it waits in. What has no yield point before it (a call into C, a lock that is taken
// by `with`) has one after it, where the thread has been each time before.
Place place_before(ThreadId thread, const Site& site, const std::vector<Site>& sites, Visits& visits) {
  const auto visits_of = [&](const Site& s) { return visits[{thread, number_of(s, sites)}]; };
  if (site.kind == "with") {
    const Site* exit = neighbour(site, -1, "exit", sites);
    return {site, (exit == nullptr ? 0 : visits_of(*exit)) + 1};
  }
  const Site* enter = neighbour(site, 1, "enter", sites);
  if (enter == nullptr) return {site, visits_of(site)};
  const std::uint32_t seen = visits_of(*enter);
  return {*enter, seen != 0 ? seen : visits_of(site) + 1};
}

std::uint32_t place_number(std::vector<Site>& places, const Site& site) {
  const auto found = std::find(places.begin(), places.end(), site);
  if (found == places.end()) places.push_back(site);
  return static_cast<std::uint32_t>(std::find(places.begin(), places.end(), site) - places.begin());
}

// The loop in which `m` polls whether threads are alive. How often it goes round, and in which order it asks, depends
// on time and on addresses with real threads; but as long as no thread waits for `m` it only looks there, so that it
// can as well be held before the loop until its last turn.
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

// The steps up to where the run was given up: after that, threads only unwind, and the trace has no more than their
// ends.
std::size_t steps_before_unwinding(const Observation& observation) {
  std::size_t steps = observation.trace.size();
  if (observation.end != RunEnd::kDeadlock && observation.end != RunEnd::kStepLimit) return steps;
  while (steps > 0 && observation.trace[steps - 1].kind == Step::Kind::kEnded) --steps;
  return steps;
}

}  // namespace

Turns turns_of(const Observation& observation) {
  const std::size_t steps = steps_before_unwinding(observation);
  const bool given_up = steps != observation.trace.size();
  Turns turns;
  Visits visits;
  std::map<ThreadId, std::uint32_t> blocked_at;  // threads whose last yield point blocked: the site
  std::uint32_t steps_in_turn = 0;
  const PollingLoop polling(observation);
  std::optional<Place> last_place;               // in this turn, where a stock interpreter hands over
  std::optional<std::uint32_t> before_polling;  // the last site in this turn of `m` before the loop
  for (std::size_t i = 0; i < steps; ++i) {
    const Step& step = observation.trace[i];
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
    const bool is_line = site.kind == "line";
    if (step.thread.is_main() && !polls && !blocked && !is_line) before_polling = step.site;
    if (!blocked && !is_line) last_place = Place{site, visits[{step.thread, step.site}]};
    if (step.next == step.thread) continue;
    steps_in_turn = 0;
    const auto before_line = std::exchange(last_place, std::nullopt);
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
    if (step.kind == Step::Kind::kPreempted && is_line) ++turns.moved;
    if (step.kind == Step::Kind::kPreempted && is_line && !before_line && turns.order.size() > 1) {
      turns.order.back() = step.next;
      continue;
    }
    if (step.kind != Step::Kind::kEnded) {
      const Place place = is_line && before_line ? *before_line
                          : blocked ? place_before(step.thread, site, observation.sites, visits)
                                    : Place{site, visits[{step.thread, step.site}]};
      const std::uint32_t number = place_number(turns.places, place.site);
      std::vector<Hold>& holds = turns.holds[step.thread];
      // It was held before what it now waits in: with real threads it does not get there twice.
      if (blocked && !holds.empty() && holds.back().place == number && holds.back().visit == place.visit) {
        turns.order.back() = step.next;
        continue;
      }
      holds.push_back({static_cast<std::uint32_t>(turns.order.size() - 1), number, place.visit});
    }
    turns.order.push_back(step.next);
  }
  // Who was to unwind first has had no turn.
  if (given_up && turns.order.size() > 1 && observation.trace[steps - 1].next != observation.trace[steps - 1].thread) {
    turns.order.pop_back();
  }
  return turns;
}

}  // namespace straylane
