#include "explain/necessary_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "explain/stretches.h"

namespace straylane {
namespace {

constexpr std::uint32_t kFirstDraws = 4;  // most sets that are not enough show it at once

// Both ends by the steps of the trace at which their stretches begin.
struct Pair {
  std::size_t first = 0;
  std::size_t second = 0;

  auto operator<=>(const Pair&) const = default;
};
using Pairs = std::vector<Pair>;

// What the switches of a run order: when a thread goes on, all that others have done since it last ran was before.
Pairs orderings_of_switches(const Observation& trace, const Stretches& stretches, bool with_main) {
  std::set<Pair> pairs;
  std::map<ThreadId, std::map<ThreadId, std::size_t>> done_since;  // by who waits: last stretch over, by who ran
  std::map<ThreadId, std::size_t> last_step;
  for (std::size_t i = 0; i < trace.trace.size(); ++i) {
    const Step& step = trace.trace[i];
    if (const auto last = last_step.find(step.thread); last != last_step.end() && (with_main || !step.thread.is_main())) {
      for (const auto& [other, steps] : stretches.by_thread()) {
        if (!(other == step.thread)) done_since[other][step.thread] = last->second;
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
  Search(GuidedSession& session, const Observation& trace, const NecessaryOrderOptions& options)
      : session_(session), options_(options), trace_(trace), stretches_(trace), failing_thread_(first_to_fail(trace)) {}

  Expected<NecessaryOrder> run() {
    NecessaryOrder answer;
    search(answer);
    answer.executions = session_.executions();
    if (session_.error()) return tl::unexpected(*session_.error());
    if (session_.over()) answer.stopped_early = session_.stopped();
    return answer;
  }

 private:
  void search(NecessaryOrder& answer) {
    Pairs pairs;
    draws_ = options_.draws;
    if (!enough(pairs)) {
      pairs = orderings_of_switches(trace_, stretches_, false);
      if (!enough(pairs)) pairs = orderings_of_switches(trace_, stretches_, true);
      if (session_.over()) return;
      if (pairs.size() > options_.orderings_max) {
        answer.stopped_early = fmt::format("the run has {} orderings, more than {}", pairs.size(), options_.orderings_max);
        return;
      }
      if (!enough(pairs)) {
        answer.stopped_early = "the order of the run's stretches alone does not make it fail";
        return;
      }
      reduce(pairs);
      if (!confirmed(pairs, answer) && !session_.over()) {  // too few draws to tell: once more, with as many as confirm
        draws_ = options_.draws_confirm;
        pairs = orderings_of_switches(trace_, stretches_, false);
        reduce(pairs);
      }
    }
    if (session_.over()) return;
    confirmed(pairs, answer);
    flip_each(pairs, answer);
  }

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
    auto count = session_.draw(guide, 0, kFirstDraws, failing_thread_);
    bool result = count.failed == count.runs;
    if (result) {
      const auto more = session_.draw(guide, kFirstDraws, draws_ - kFirstDraws, failing_thread_);
      const std::uint32_t runs = count.runs + more.runs;
      result = more.failed == more.runs && runs * 4 >= draws_;
    }
    if (session_.over()) return false;
    known_[{draws_, pairs}] = result;
    return result;
  }

  void reduce(Pairs& pairs) {
    drop_what_is_not_needed(pairs);
    for (std::size_t i = 0; i < pairs.size() && !session_.over(); ++i) weaken(pairs, i);
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    drop_what_is_not_needed(pairs);
  }

  // Delta debugging with complements: chunks of half the orderings, a quarter and so on, down to single ones.
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

  // `first` to the earliest stretch of its thread, then `second` to the latest of its own.
  void weaken(Pairs& pairs, std::size_t place) {
    move_end(pairs, place, true);
    move_end(pairs, place, false);
  }

  // Weaker orderings allow more schedules, so what is enough is so on one side of a border: bisection finds it.
  void move_end(Pairs& pairs, std::size_t place, bool first) {
    const std::size_t now = first ? pairs[place].first : pairs[place].second;
    const auto& steps = stretches_.steps_of(trace_.trace[now].thread);
    const auto from = static_cast<std::size_t>(std::lower_bound(steps.begin(), steps.end(), now) - steps.begin());
    const auto with = [&](std::size_t index) {
      Pairs moved = pairs;
      (first ? moved[place].first : moved[place].second) = steps[index];
      return moved;
    };
    std::size_t good = from;
    std::size_t step_max = first ? from : steps.size() - 1 - from;
    while (step_max > 0 && !session_.over()) {  // it is enough at `good`; not known up to `step_max` further on
      const std::size_t step = (step_max + 1) / 2;
      const std::size_t candidate = first ? good - step : good + step;
      if (enough(with(candidate))) {
        good = candidate;
        step_max -= step;
      } else {
        step_max = step - 1;
      }
    }
    pairs = with(good);
  }

  bool confirmed(const Pairs& pairs, NecessaryOrder& answer) {
    const auto held = session_.draw(guide_of(pairs), kConfirmSeed, options_.draws_confirm, failing_thread_);
    answer.held_runs = held.runs;
    answer.held_failed = held.failed;
    return answer.enough();
  }

  void flip_each(const Pairs& pairs, NecessaryOrder& answer) {
    for (std::size_t i = 0; i < pairs.size() && !session_.over(); ++i) {
      Guide guide = guide_of(pairs);
      std::swap(guide.orderings[i].first, guide.orderings[i].second);
      const auto any = session_.draw(guide, kConfirmSeed, options_.draws_confirm, failing_thread_);
      auto closest = flip_closest(guide, pairs[i], true);
      const auto other = flip_closest(guide, pairs[i], false);
      closest = {closest.runs + other.runs, closest.failed + other.failed};
      if (closest.runs == 0) closest = any;
      auto [first, second] = stretches_.pair_of_acts(pairs[i].first, pairs[i].second);
      answer.orderings.push_back(
          {std::move(first), std::move(second), closest.runs, closest.failed, any.runs, any.failed});
    }
  }

  // The run as it was, but for the pair: its first thread waits for the second to have done its part (`delayed`), or the
  // second thread does its part earlier. Behind the pair anything may happen that the other orderings allow.
  GuidedSession::Count flip_closest(const Guide& reversed, const Pair& pair, bool delayed) {
    std::vector<std::size_t> order = stretches_.in_order();
    std::erase_if(order, [this](std::size_t step) { return trace_.trace[step].thread.is_main(); });
    const auto first = std::find(order.begin(), order.end(), pair.first);
    const auto second = std::find(order.begin(), order.end(), pair.second);
    if (first >= second || second == order.end()) return {};
    const ThreadId moving = trace_.trace[delayed ? pair.first : pair.second].thread;
    const auto moves = [&](std::size_t step) { return trace_.trace[step].thread == moving; };
    // [first, second]: those of the one thread that move, and all others, in their order.
    delayed ? std::stable_partition(first, second + 1, [&](std::size_t step) { return !moves(step); })
            : std::stable_partition(first, second + 1, moves);
    Guide guide = reversed;
    const auto last = std::max(std::find(order.begin(), order.end(), pair.first),
                               std::find(order.begin(), order.end(), pair.second));
    for (auto step = order.begin(); step != last; ++step) {
      if (trace_.trace[*step].thread == trace_.trace[*(step + 1)].thread) continue;
      guide.orderings.push_back(ordering_of({*step, *(step + 1)}));
    }
    return session_.draw(guide, kConfirmSeed, options_.draws_closest, failing_thread_);
  }

  static constexpr std::uint64_t kConfirmSeed = 1'000;  // other schedules than those of the search

  GuidedSession& session_;
  const NecessaryOrderOptions options_;
  const Observation& trace_;
  Stretches stretches_;
  std::optional<ThreadId> failing_thread_;
  std::uint32_t draws_ = 0;
  std::map<std::pair<std::uint32_t, Pairs>, bool> known_;
};

}  // namespace

Expected<NecessaryOrder> find_necessary_order(GuidedSession& session, const Observation& trace,
                                              const NecessaryOrderOptions& options) {
  return Search(session, trace, options).run();
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

std::optional<ThreadId> first_to_fail(const Observation& observation) {
  const ThreadOutcome* first = nullptr;
  for (const LaunchObservation& launch : observation.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (thread.exception && (first == nullptr || thread.exception_order < first->exception_order)) first = &thread;
    }
  }
  if (first == nullptr) return std::nullopt;
  return first->id;
}

}  // namespace straylane
