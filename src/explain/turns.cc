#include "explain/turns.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace straylane {
namespace {

using Visits = std::map<std::pair<ThreadId, std::uint32_t>, std::uint32_t>;  // (thread, site) -> yield points so far

// The site of this kind that comes `by` places before `site` in its statement, or after it if `by` is negative; null if
// there is none.
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

// Where a thread stands before the call in which it waits. A call into C, or a lock that `with` takes, has no yield
// point before it. It has one after it, where the thread has been each time before.
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
  const std::uint32_t number = number_of(site, places);
  if (number == places.size()) places.push_back(site);
  return number;
}

// The sites of the loop in which `m` polls whether threads are alive. With real threads, how often it goes round and in
// which order it asks depends on time and on addresses. As long as no thread waits for `m`, it only looks there. It can
// therefore be held before the loop until its last turn.
std::set<std::uint32_t> sites_of_polling_loop(const Observation& observation) {
  std::set<std::uint32_t> polls;
  for (const Step& step : observation.trace) {
    const bool waits = step.thread.is_main() && step.kind == Step::Kind::kBlocked;
    if (waits && observation.sites[step.site].kind != "end") polls.insert(step.site);
  }
  const auto in_one_loop = [&](const Site& a, const Site& b) {
    return std::any_of(observation.sites.begin(), observation.sites.end(), [&](const Site& loop) {
      const auto has = [&](const Site& site) { return loop.line <= site.line && site.line <= loop.end_line; };
      return loop.kind == "while" && loop.file == a.file && loop.function == a.function && has(a) && has(b);
    });
  };
  std::set<std::uint32_t> sites;
  for (std::uint32_t i = 0; i < observation.sites.size(); ++i) {
    const Site& site = observation.sites[i];
    const bool polls_too = std::any_of(polls.begin(), polls.end(), [&](std::uint32_t number) {
      const Site& poll = observation.sites[number];
      return poll.file == site.file && poll.function == site.function &&
             (poll.statement == site.statement || in_one_loop(poll, site));
    });
    if (polls_too) sites.insert(i);
  }
  return sites;
}

// The number of steps before the run was given up. After that, threads only unwind, and the trace has only their ends.
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
  const std::set<std::uint32_t> polling = sites_of_polling_loop(observation);
  std::optional<Place> last_place;              // the last one in this turn where a stock interpreter hands over
  std::optional<std::uint32_t> before_polling;  // the last site in this turn of `m` before the loop
  for (std::size_t i = 0; i < steps; ++i) {
    const Step& step = observation.trace[i];
    if (turns.order.empty()) turns.order.push_back(step.thread);
    const bool has_earlier_turn = turns.order.size() > 1;
    const Site& site = observation.sites[step.site];
    const bool blocked = step.kind == Step::Kind::kBlocked;
    if (!blocked) ++visits[{step.thread, step.site}];
    ++steps_in_turn;
    const auto was_blocked = blocked_at.find(step.thread);
    const bool blocks_again = blocked && steps_in_turn == 1 && was_blocked != blocked_at.end() &&
                              was_blocked->second == step.site && has_earlier_turn;
    if (blocked) {
      blocked_at[step.thread] = step.site;
    } else {
      blocked_at.erase(step.thread);
    }
    const bool polls =
        step.thread.is_main() && polling.count(step.site) != 0 &&
        std::all_of(blocked_at.begin(), blocked_at.end(), [](const auto& b) { return b.first.is_main(); });
    const bool is_line = site.kind == "line";
    if (step.thread.is_main() && !polls && !blocked && !is_line) before_polling = step.site;
    if (!blocked && !is_line) last_place = Place{site, visits[{step.thread, step.site}]};
    if (step.next == step.thread) continue;
    steps_in_turn = 0;
    const auto before_line = std::exchange(last_place, std::nullopt);
    const auto last_before = std::exchange(before_polling, std::nullopt);
    const bool held_before_polling = polls && last_before;
    const bool only_polled = polls && !last_before && has_earlier_turn;
    const bool moved = step.kind == Step::Kind::kPreempted && is_line && !held_before_polling && !only_polled;
    turns.moved += moved;
    // A turn that did nothing is not there with real threads.
    bool did_nothing = only_polled || blocks_again || (moved && !before_line && has_earlier_turn);
    if (!did_nothing && (held_before_polling || step.kind != Step::Kind::kEnded)) {
      const Place place = held_before_polling
                              ? Place{observation.sites[*last_before], visits[{step.thread, *last_before}]}
                          : is_line && before_line ? *before_line
                          : blocked                ? place_before(step.thread, site, observation.sites, visits)
                                                   : Place{site, visits[{step.thread, step.site}]};
      const Hold hold{static_cast<std::uint32_t>(turns.order.size() - 1), place_number(turns.places, place.site),
                      place.visit};
      std::vector<Hold>& holds = turns.holds[step.thread];
      // A thread that was held before the call in which it now waits does not get there twice.
      did_nothing = blocked && !held_before_polling && !holds.empty() && holds.back().place == hold.place &&
                    holds.back().visit == hold.visit;
      if (!did_nothing) holds.push_back(hold);
    }
    if (did_nothing) turns.order.pop_back();
    turns.order.push_back(step.next);
  }
  // The thread that was to unwind first has had no turn.
  if (given_up && turns.order.size() > 1 && observation.trace[steps - 1].next != observation.trace[steps - 1].thread) {
    turns.order.pop_back();
  }
  return turns;
}

}  // namespace straylane
