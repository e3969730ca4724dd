#pragma once

#include <cstdint>
#include <functional>
#include <set>

#include "shrink/shrink_session.h"

namespace straylane {

// Enumerates all schedules of a case at its settings with at most `choices_max` choices, by walking the tree of
// recorded forms. A choice differs from the default rule, either where the running thread could go on (a preemption) or
// where it waits or ends (a forced choice). Meant for tests, so it shares no code with the shrinker.
struct ScheduleTree {
  RunMany run;
  Case base;
  std::uint32_t choices_max = 0;
  std::uint64_t runs = 0;

  // Whether one of the schedules fails in the bucket of `run`. Stops at the first that does.
  bool any_fails() { return fails_from({}); }

 private:
  static std::size_t after_last_choice(const Observation& o) {
    for (std::size_t i = 0; !o.choices.empty() && i < o.trace.size(); ++i) {
      if (o.trace[i].thread == o.choices.back().thread && o.trace[i].yield == o.choices.back().yield) return i + 1;
    }
    return 0;
  }

  bool fails_from(const RecordedForm& prefix) {
    Case c = base;
    c.schedule = prefix;
    const auto ran = run({&c, 1}, true);
    ++runs;
    const auto& [fails, o] = ran->front();
    if (o.choices.size() != prefix.size()) return false;  // the thread of the last choice could not go on
    if (fails) return true;
    if (prefix.size() == choices_max) return false;
    std::set<ThreadId> threads{ThreadId::main()};
    for (const Step& step : o.trace) threads.insert(step.thread);
    std::set<ThreadId> ended;
    const std::size_t from = after_last_choice(o);
    for (std::size_t i = 0; i < o.trace.size(); ++i) {
      const Step& step = o.trace[i];
      if (step.kind == Step::Kind::kEnded) ended.insert(step.thread);
      if (i < from) continue;
      for (const ThreadId to : threads) {
        if (to == step.next || to == step.thread || ended.contains(to)) continue;
        RecordedForm next = prefix;
        next.push_back({step.thread, step.yield, to, std::nullopt});
        if (fails_from(next)) return true;
      }
    }
    return false;
  }
};

}  // namespace straylane
