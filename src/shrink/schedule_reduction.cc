#include <algorithm>
#include <set>
#include <tuple>

#include "shrink/passes.h"

namespace straylane {
namespace {

constexpr std::uint32_t kPlacesMax = 128;  // of a slide: yield points tried per choice, from the first on

// `c` without the choices from..to-1.
Case without(Case c, std::size_t from, std::size_t to) {
  RecordedForm& choices = choices_of(c);
  choices.erase(choices.begin() + static_cast<std::ptrdiff_t>(from), choices.begin() + static_cast<std::ptrdiff_t>(to));
  return c;
}

// The thread of choice `from` goes directly to the thread to which choice `to` leads.
Case bypassed(Case c, std::size_t from, std::size_t to) {
  choices_of(c)[from].to = choices_of(c)[to].to;
  return without(std::move(c), from + 1, to + 1);
}

// The same choice at earlier yield points, earliest first.
std::vector<Case> earlier(const Case& c, std::size_t place) {
  std::vector<Case> cases;
  for (std::uint32_t k = 1; k < std::min(choices_of(c)[place].yield, kPlacesMax); ++k) {
    cases.push_back(c);
    Choice& choice = choices_of(cases.back())[place];
    choice.yield = k;
    choice.site.reset();
  }
  return cases;
}

struct CanonicalSearch {
  ShrinkSession& session;
  const Case& base;
  std::uint32_t preemptions;
  std::uint64_t end;  // of session.executions()
  std::size_t threads_max;
  std::vector<ThreadId> members = {};  // threads that may take part, by rank; the last one is new
  std::optional<Case> found = {};

  CanonicalSchedule run() {
    const Case by_default = with({});
    const auto runs = session.run({&by_default, 1}, true);
    if (runs.empty()) return {};
    const auto& [fails, root] = runs.front();
    if (fails) found = as_recorded(by_default, root);
    if (preemptions == 0) return {.found = found, .complete = true};
    const std::vector<ThreadId> threads = threads_of(root);
    // A schedule needs two threads. Each round adds a thread, and only the schedules in which it takes part are new.
    for (std::size_t n = 2; n <= std::min(threads.size(), threads_max); ++n) {
      members.assign(threads.begin(), threads.begin() + static_cast<std::ptrdiff_t>(n));
      if (!extend({}, root, n == 2)) return {};
      if (found) return {.found = found, .complete = true};
    }
    return {.complete = true};
  }

  static std::vector<ThreadId> threads_of(const Observation& observation) {
    std::vector<ThreadId> threads;
    for (const Step& step : observation.trace) threads.push_back(step.thread);
    std::ranges::sort(threads, {}, thread_rank);
    const auto repeated = std::ranges::unique(threads);
    threads.erase(repeated.begin(), repeated.end());
    return threads;
  }

  Case with(const RecordedForm& choices) const {
    Case c = base;
    c.schedule = choices;
    return c;
  }

  bool newest_in(ThreadId thread, ThreadId to) const { return thread == members.back() || to == members.back(); }

  // Every choice that can follow the last one of the run, in the order of case_size. Some target threads may not be
  // enabled. The replay then skips the choice, which shows in the run.
  RecordedForm next_choices(const Observation& run, bool newest_takes_part) const {
    bool follows = run.choices.empty();
    std::set<ThreadId> ended;
    RecordedForm choices;
    for (const auto& [thread, site, yield, kind, next] : run.trace) {
      if (kind == Step::Kind::kEnded) ended.insert(thread);
      const bool can_choose = follows && kind == Step::Kind::kGoOn && std::ranges::count(members, thread) > 0;
      follows = follows || (thread == run.choices.back().thread && yield == run.choices.back().yield);
      for (const ThreadId to : members) {
        if (!can_choose || to == thread || ended.contains(to)) continue;
        if (newest_takes_part || newest_in(thread, to)) choices.push_back({thread, yield, to, std::nullopt});
      }
    }
    std::ranges::sort(choices, {}, [](const Choice& choice) {
      return std::tuple(thread_rank(choice.thread), choice.yield, thread_rank(choice.to));
    });
    return choices;
  }

  // Runs all schedules that begin with `prefix`, whose run is `run`. Gives false if the bound was reached.
  bool extend(const RecordedForm& prefix, const Observation& run, bool newest_takes_part) {
    const bool last = prefix.size() + 1 == preemptions;
    const RecordedForm nexts = next_choices(run, newest_takes_part || !last);
    for (std::size_t from = 0; from < nexts.size(); from += ShrinkSession::kBatch) {
      if (session.executions() >= end) return false;
      std::vector<Case> batch;
      for (std::size_t i = from; i < std::min(from + ShrinkSession::kBatch, nexts.size()); ++i) {
        batch.push_back(with(prefix));
        choices_of(batch.back()).push_back(nexts[i]);
      }
      const auto runs = session.run(batch, !last);
      if (runs.empty()) return false;
      for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto& [fails, observation] = runs[i];
        if (observation.choices.size() != prefix.size() + 1) continue;  // the replay skipped a choice
        if (last) {
          if (!fails) continue;
          found = as_recorded(batch[i], observation);
          return true;
        }
        const Choice& next = nexts[from + i];
        const bool takes_part = newest_takes_part || newest_in(next.thread, next.to);
        if (!extend(observation.choices, observation, takes_part)) return false;
        if (found) return true;
      }
    }
    return true;
  }
};

}  // namespace

Case bypass_choices(ShrinkSession& session, Case failing) {
  while (!session.over()) {
    const std::size_t size = choices_of(failing).size();
    std::vector<Case> bypasses;  // the longest first
    for (std::size_t length = size; length-- > 1;) {
      for (std::size_t from = 0; from + length < size; ++from) {
        bypasses.push_back(bypassed(failing, from, from + length));
      }
    }
    const auto found = session.first_failing(bypasses);
    if (!found || !session.is_smaller(found->recorded, failing)) break;
    failing = found->recorded;
  }
  return failing;
}

Case remove_choices(ShrinkSession& session, Case failing) {
  std::size_t parts = 1;  // the first complement is the empty schedule
  while (!choices_of(failing).empty() && !session.over()) {
    const std::size_t size = choices_of(failing).size();
    parts = std::min(parts, size);
    const std::size_t length = (size + parts - 1) / parts;
    std::vector<Case> complements;
    for (std::size_t from = 0; from < size; from += length) {
      complements.push_back(without(failing, from, std::min(from + length, size)));
    }
    const auto found = session.first_failing(complements);
    // Without one choice, others may take effect that did not before. So compare the case that ran.
    if (found && session.is_smaller(found->recorded, failing)) {
      failing = found->recorded;
      parts = std::max<std::size_t>(parts - 1, 2);
    } else if (parts >= size) {
      break;
    } else {
      parts *= 2;
    }
  }
  return failing;
}

Case slide_choices(ShrinkSession& session, Case failing, std::uint32_t preemptions) {
  for (bool moved = true; moved && !session.over();) {
    moved = false;
    for (std::size_t i = 0; i < choices_of(failing).size(); ++i) {
      const std::vector<Case> places = earlier(failing, i);
      for (std::span<const Case> left = places; !left.empty();) {
        const auto found = session.first_failing(left);
        if (!found || !session.is_smaller(found->recorded, failing)) break;
        left = left.subspan(found->place + 1);
        if (found->preemptions > preemptions) continue;  // the choice was at the thread's end, and no preemption
        failing = found->recorded;
        moved = true;
        break;
      }
    }
  }
  return failing;
}

CanonicalSchedule search_canonical(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                   std::uint64_t executions_max, std::size_t threads_max) {
  return CanonicalSearch{session, failing, preemptions, session.executions() + executions_max, threads_max}.run();
}

}  // namespace straylane
