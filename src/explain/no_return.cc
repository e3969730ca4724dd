#include "explain/no_return.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "explain/stretches.h"

namespace straylane {
namespace {

constexpr std::size_t kSwitchesMax = 12;  // prefixes to begin with end at the first of the run's switches

class Curve {
 public:
  Curve(GuidedSession& session, const Observation& trace, std::uint32_t continuations)
      : session_(session), trace_(trace), continuations_(continuations) {}

  NoReturn run() {
    measure_at_switches();
    refine();
    NoReturn result{.continuations = continuations_};
    for (const auto& [steps, chance] : at_) {
      if (chance.runs > 0) result.curve.push_back(chance);
    }
    mark(result);
    return result;
  }

 private:
  void measure(std::size_t steps) {
    if (at_.count(steps) != 0 || session_.over()) return;
    const auto count = session_.draw({trace_.choices, steps, {}}, 0, continuations_, std::nullopt);
    if (!session_.over()) at_[steps] = chance_of(steps, count.runs, count.failed);
  }

  void measure_at_switches() {
    measure(0);
    measure(trace_.trace.size());
    std::size_t switches = 0;
    for (std::size_t i = 0; i < trace_.trace.size() && switches < kSwitchesMax; ++i) {
      if (trace_.trace[i].kind != Step::Kind::kPreempted) continue;
      ++switches;
      measure(i);
      measure(i + 1);
    }
  }

  // Bisects between neighbours that differ beyond chance, until they are one step apart.
  void refine() {
    for (auto at = at_.begin(); at != at_.end() && std::next(at) != at_.end() && !session_.over();) {
      const Chance& here = at->second;
      const Chance& next = std::next(at)->second;
      const bool differ = here.high < next.low || next.high < here.low;
      if (differ && next.steps - here.steps > 1) {
        measure(here.steps + (next.steps - here.steps) / 2);
      } else {
        ++at;
      }
    }
  }

  void mark(NoReturn& result) const {
    double rise = 0;
    for (std::size_t i = 1; i < result.curve.size(); ++i) {
      const double by = result.curve[i].estimate() - result.curve[i - 1].estimate();
      if (by <= rise || result.curve[i].low <= result.curve[i - 1].high) continue;
      rise = by;
      result.jump = i;
    }
    for (std::size_t i = result.curve.size(); i-- > 0 && result.curve[i].failed == result.curve[i].runs;) {
      result.certain = i;
    }
    if (result.jump) result.jump_act = act_of(result.curve[*result.jump].steps);
    if (result.certain) result.certain_act = act_of(result.curve[*result.certain].steps);
  }

  // What the run does in the last step of the prefix. The choice at that step lets a thread run to its next yield
  // point, so the stretch in question is the one that ends at the first step after the prefix.
  std::optional<Act> act_of(std::size_t steps) const {
    if (steps == 0 || steps >= trace_.trace.size()) return std::nullopt;
    const Stretches stretches(trace_);
    const auto& of_thread = stretches.steps_of(trace_.trace[steps].thread);
    const auto here = std::lower_bound(of_thread.begin(), of_thread.end(), steps);
    if (here == of_thread.begin()) return Act{stretches.at_step(steps), stretches.at_step(steps).site, "begins"};
    return stretches.act(*std::prev(here));
  }

  GuidedSession& session_;
  const Observation& trace_;
  const std::uint32_t continuations_;
  std::map<std::size_t, Chance> at_;
};

}  // namespace

Chance chance_of(std::size_t steps, std::uint32_t runs, std::uint32_t failed) {
  Chance chance{steps, runs, failed, 0, 1};
  if (runs == 0) return chance;
  constexpr double kZ = 1.959963984540054;  // for 95 %
  const double n = runs;
  const double p = failed / n;
  const double scale = 1 + kZ * kZ / n;
  const double middle = (p + kZ * kZ / (2 * n)) / scale;
  const double half = kZ / scale * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  chance.low = failed == 0 ? 0 : std::max(0.0, middle - half);
  chance.high = failed == runs ? 1 : std::min(1.0, middle + half);
  return chance;
}

Expected<NoReturn> find_no_return(GuidedSession& session, const Observation& trace, std::uint32_t continuations) {
  return session.completed(Curve(session, trace, continuations).run());
}

}  // namespace straylane
