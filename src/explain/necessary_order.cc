#include "explain/necessary_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "explain/stretches.h"

namespace straylane {
namespace {

constexpr std::uint32_t kFirstDraws = 4;       // most sets that are not enough show it at once
constexpr std::uint32_t kDraws = 16;           // a set is taken as enough if so many schedules all fail
constexpr std::uint32_t kDrawsConfirm = 64;    // the same for the answer, and for each ordering reversed
constexpr std::uint32_t kDrawsClosest = 8;     // for each ordering reversed in each of the two closest schedules
constexpr std::size_t kOrderingsMax = 256;     // a run with more switches is not explained
constexpr std::uint64_t kConfirmSeed = 1'000;  // confirms with other schedules than those of the search

// An ordering. Each end is the step of the trace at which its stretch begins.
using Pair = std::pair<std::size_t, std::size_t>;
using Pairs = std::vector<Pair>;

// The orderings that the switches of a run make: when a thread goes on, whatever the others did since it last ran was
// before.
Pairs orderings_of_switches(const Observation& trace, const Stretches& stretches, bool with_main) {
  std::set<Pair> pairs;
  // [waiting thread][other thread]: the last stretch that the other one finished since the waiting one ran.
  std::map<ThreadId, std::map<ThreadId, std::size_t>> done_since;
  std::map<ThreadId, std::size_t> last_step;
  for (std::size_t i = 0; i < trace.trace.size(); ++i) {
    const Step& step = trace.trace[i];
    if (const auto last = last_step.find(step.thread);
        last != last_step.end() && (with_main || !step.thread.is_main())) {
      for (const auto& [other, steps] : stretches.by_thread()) {
        if (other != step.thread) done_since[other][step.thread] = last->second;
      }
    }
    last_step[step.thread] = i;
    if (step.next == step.thread || (step.next.is_main() && !with_main)) continue;
    const auto begins = last_step.find(step.next);
    const auto& steps = stretches.steps_of(step.next);
    if (begins == last_step.end() && steps.empty()) continue;
    const std::size_t second = begins == last_step.end() ? steps.front() : begins->second;
    for (const auto& [other, first] : done_since[step.next]) pairs.insert({first, second});
    done_since[step.next].clear();
  }
  return {pairs.begin(), pairs.end()};
}

class Search {
 public:
  Search(GuidedSession& session, const Observation& trace) : session_(session), trace_(trace), stretches_(trace) {
    if (const ThreadOutcome* first = first_to_fail(trace)) failing_thread_ = first->id;
  }

  NecessaryOrder run() {
    NecessaryOrder answer;
    Pairs pairs;
    if (!enough(pairs)) {
      pairs = orderings_of_switches(trace_, stretches_, false);
      if (!enough(pairs)) pairs = orderings_of_switches(trace_, stretches_, true);
      if (session_.over()) return answer;
      if (pairs.size() > kOrderingsMax) {
        answer.stopped_early = fmt::format("the run has {} orderings, more than {}", pairs.size(), kOrderingsMax);
        return answer;
      }
      if (!enough(pairs)) {
        answer.stopped_early = "the order of the run's stretches alone does not make it fail";
        return answer;
      }
      reduce(pairs);
      if (!confirmed(pairs, answer) && !session_.over()) {  // too few draws to tell: reduce again with more
        draws_ = kDrawsConfirm;
        pairs = orderings_of_switches(trace_, stretches_, false);
        reduce(pairs);
      }
    }
    if (session_.over()) return answer;
    confirmed(pairs, answer);
    flip_each(pairs, answer);
    return answer;
  }

 private:
  Ordering ordering_of(const Pair& pair) const {
    return {stretches_.at_step(pair.first), stretches_.at_step(pair.second)};
  }

  Guide guide_of(const Pairs& pairs) const {
    Guide guide;
    for (const Pair& pair : pairs) guide.orderings.push_back(ordering_of(pair));
    return guide;
  }

  bool enough(const Pairs& pairs) {
    if (const auto known = known_.find({draws_, pairs}); known != known_.end()) return known->second;
    const Guide guide = guide_of(pairs);
    const auto count = session_.draw(guide, 0, kFirstDraws, failing_thread_);
    bool result = count.failed == count.runs;
    if (result) {
      const auto more = session_.draw(guide, kFirstDraws, draws_ - kFirstDraws, failing_thread_);
      result = more.failed == more.runs && (count.runs + more.runs) * 4 >= draws_;
    }
    if (session_.over()) return false;
    known_[{draws_, pairs}] = result;
    return result;
  }

  void reduce(Pairs& pairs) {
    drop_what_is_not_needed(pairs);
    for (std::size_t i = 0; i < pairs.size() && !session_.over(); ++i) {
      for (const auto end : {&Pair::first, &Pair::second}) weaken(pairs, i, end);
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    drop_what_is_not_needed(pairs);
  }

  // Delta debugging with complements: drops chunks of half the orderings, then a quarter and so on, down to single
  // ones.
  void drop_what_is_not_needed(Pairs& pairs) {
    for (std::size_t size = std::max<std::size_t>(pairs.size() / 2, 1); !pairs.empty();) {
      bool dropped = false;
      for (std::size_t at = 0; at < pairs.size() && !session_.over();) {
        Pairs left = pairs;
        const auto begin = left.begin() + static_cast<std::ptrdiff_t>(at);
        left.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, left.size() - at)));
        if (enough(left)) {
          pairs = std::move(left);
          dropped = true;
        } else {
          at += size;
        }
      }
      if (session_.over() || (size == 1 && !dropped)) return;
      size = std::max<std::size_t>(size / 2, 1);
    }
  }

  // Moves `first` to the earliest, or `second` to the latest stretch of its thread that still is enough. Weaker
  // orderings allow more schedules, so there is one border between what is enough and what is not, and bisection finds
  // it.
  void weaken(Pairs& pairs, std::size_t place, std::size_t Pair::* end) {
    const bool first = end == &Pair::first;
    const std::size_t now = pairs[place].*end;
    const auto& steps = stretches_.steps_of(trace_.trace[now].thread);
    const auto from = static_cast<std::size_t>(std::lower_bound(steps.begin(), steps.end(), now) - steps.begin());
    const auto with = [&](std::size_t index) {
      Pairs moved = pairs;
      moved[place].*end = steps[index];
      return moved;
    };
    std::size_t good = from;  // it is enough here; not known up to `step_max` further on
    std::size_t step_max = first ? from : steps.size() - 1 - from;
    while (step_max > 0 && !session_.over()) {
      const std::size_t step = (step_max + 1) / 2;
      const std::size_t candidate = first ? good - step : good + step;
      const bool still_enough = enough(with(candidate));
      if (still_enough) good = candidate;
      step_max = still_enough ? step_max - step : step - 1;
    }
    pairs = with(good);
  }

  bool confirmed(const Pairs& pairs, NecessaryOrder& answer) {
    const auto held = session_.draw(guide_of(pairs), kConfirmSeed, kDrawsConfirm, failing_thread_);
    answer.held_runs = held.runs;
    answer.held_failed = held.failed;
    return answer.enough();
  }

  void flip_each(const Pairs& pairs, NecessaryOrder& answer) {
    for (std::size_t i = 0; i < pairs.size() && !session_.over(); ++i) {
      Guide guide = guide_of(pairs);
      std::swap(guide.orderings[i].first, guide.orderings[i].second);
      const auto any = session_.draw(guide, kConfirmSeed, kDrawsConfirm, failing_thread_);
      const auto delayed = flip_closest(guide, pairs[i], true);
      const auto earlier = flip_closest(guide, pairs[i], false);
      GuidedSession::Count closest = {delayed.runs + earlier.runs, delayed.failed + earlier.failed};
      if (closest.runs == 0) closest = any;
      auto [first, second] = stretches_.pair_of_acts(pairs[i].first, pairs[i].second);
      answer.orderings.push_back(
          {std::move(first), std::move(second), closest.runs, closest.failed, any.runs, any.failed});
    }
  }

  // Draws runs that are as they were up to the pair, but with the pair reversed: either its first thread waits until
  // the second has done its part (`delayed`), or the second thread does its part earlier. After the pair, anything may
  // happen that the other orderings allow.
  GuidedSession::Count flip_closest(const Guide& reversed, const Pair& pair, bool delayed) {
    std::vector<std::size_t> order = stretches_.in_order();
    std::erase_if(order, [this](std::size_t step) { return trace_.trace[step].thread.is_main(); });
    const auto first = std::find(order.begin(), order.end(), pair.first);
    const auto second = std::find(order.begin(), order.end(), pair.second);
    if (first >= second || second == order.end()) return {};
    const ThreadId moving = trace_.trace[delayed ? pair.first : pair.second].thread;
    const auto moves = [&](std::size_t step) { return trace_.trace[step].thread == moving; };
    // From `first` to `second`, moves the stretches of the one thread after or before all others, which keep their
    // order.
    delayed ? std::stable_partition(first, second + 1, [&](std::size_t step) { return !moves(step); })
            : std::stable_partition(first, second + 1, moves);
    Guide guide = reversed;
    const auto last =
        std::max(std::find(order.begin(), order.end(), pair.first), std::find(order.begin(), order.end(), pair.second));
    for (auto step = order.begin(); step != last; ++step) {
      if (trace_.trace[*step].thread == trace_.trace[*(step + 1)].thread) continue;
      guide.orderings.push_back(ordering_of({*step, *(step + 1)}));
    }
    return session_.draw(guide, kConfirmSeed, kDrawsClosest, failing_thread_);
  }

  GuidedSession& session_;
  const Observation& trace_;
  Stretches stretches_;
  std::optional<ThreadId> failing_thread_;
  std::uint32_t draws_ = kDraws;
  std::map<std::pair<std::uint32_t, Pairs>, bool> known_;
};

using SiteKey = std::tuple<std::string, std::string, std::string, std::uint32_t>;  // without the line

SiteKey key_of(const Site& site) { return {site.file, site.function, site.statement, site.occurrence}; }

// When a thread's stretches at one site ran, as places in the order of all stretches.
struct Ran {
  std::size_t first = SIZE_MAX;
  std::size_t last = 0;
};

// The threads of an order are parts; this gives them to the threads of a run.
class Parts {
 public:
  Parts(const NecessaryOrder& order, const Observation& trace) : order_(order), stretches_(trace) {
    std::size_t place = 0;
    for (const std::size_t step : stretches_.in_order()) {
      const Stretch& stretch = stretches_.at_step(step);
      Ran& ran = ran_[{stretch.thread, key_of(stretch.site)}];
      ran.first = std::min(ran.first, place);
      ran.last = place++;
    }
    for (const NecessaryOrdering& o : order.orderings) parts_.insert({o.first.stretch.thread, o.second.stretch.thread});
  }

  std::size_t count() const { return parts_.size(); }
  bool can_be_taken() { return can_be_taken(parts_.begin()); }

 private:
  // Whether the parts from `part` on can be given to threads that have no part yet.
  bool can_be_taken(std::set<ThreadId>::iterator part) {
    if (part == parts_.end()) return true;
    for (const auto& [thread, steps] : stretches_.by_thread()) {
      if (thread.is_main() != part->is_main() || takers_.count(thread) != 0) continue;
      taken_[*part] = thread;
      takers_.insert(thread);
      if (holds_so_far() && can_be_taken(std::next(part))) return true;
      taken_.erase(*part);
      takers_.erase(thread);
    }
    return false;
  }

  // Nothing if the stretch's part has no thread yet.
  std::optional<Ran> ran_of(const Stretch& stretch) const {
    const auto thread = taken_.find(stretch.thread);
    if (thread == taken_.end()) return std::nullopt;
    const auto ran = ran_.find({thread->second, key_of(stretch.site)});
    return ran == ran_.end() ? Ran{} : ran->second;
  }

  // Checks the orderings both ends of which have a thread.
  bool holds_so_far() const {
    return std::all_of(order_.orderings.begin(), order_.orderings.end(), [this](const NecessaryOrdering& o) {
      const auto first = ran_of(o.first.stretch);
      const auto second = ran_of(o.second.stretch);
      return !first || !second || first->first < second->last;
    });
  }

  const NecessaryOrder& order_;
  const Stretches stretches_;
  std::map<std::pair<ThreadId, SiteKey>, Ran> ran_;
  std::set<ThreadId> parts_;
  std::map<ThreadId, ThreadId> taken_;  // part -> the thread that takes it
  std::set<ThreadId> takers_;
};

}  // namespace

Expected<NecessaryOrder> find_necessary_order(GuidedSession& session, const Observation& trace) {
  return session.completed(Search(session, trace).run());
}

std::string order_digest(const NecessaryOrder& order) {
  std::set<std::string> pairs;
  const auto name = [](const Act& act) { return act.place.function + "\n" + act.place.statement; };
  for (const NecessaryOrdering& o : order.orderings) pairs.insert(name(o.first) + "\n<\n" + name(o.second));
  std::uint32_t hash = pairs.empty() ? 0 : 2'166'136'261U;  // FNV-1a
  for (const std::string& pair : pairs) {
    for (const char c : pair + "\n") hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  }
  return fmt::format("{:08x}", hash);
}

bool order_holds_in(const NecessaryOrder& order, const Observation& trace) {
  Parts parts(order, trace);
  return parts.count() > kPartsMax || parts.can_be_taken();
}

CausePlaces cause_places(const NecessaryOrder& order) {
  CausePlaces places;
  if (!order.stopped_early.empty() || !order.enough()) return places;
  for (const NecessaryOrdering& o : order.orderings) {
    for (const Act* act : {&o.first, &o.second}) places.insert(act->place.function + "\n" + act->place.statement);
  }
  return places;
}

bool same_cause(const CausePlaces& a, const CausePlaces& b) {
  return a.empty() || b.empty() || std::ranges::any_of(a, [&b](const auto& place) { return b.contains(place); });
}

bool has_known_cause(const KnownCauses& causes, const Observation& trace) {
  return std::ranges::any_of(causes, [&trace](const auto& cause) { return order_holds_in(cause, trace); });
}

}  // namespace straylane
