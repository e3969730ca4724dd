#include "shrink/canonical_schedule.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace straylane {
namespace {

bool by_rank(ThreadId a, ThreadId b) { return thread_rank(a) < thread_rank(b); }

class CanonicalSearch {
 public:
  CanonicalSearch(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                  const CanonicalOptions& options)
      : session_(session),
        base_(failing),
        preemptions_(preemptions),
        end_(session.executions() + options.executions_max),
        threads_max_(options.threads_max) {}

  CanonicalSchedule run() {
    const std::optional<Observation> root = traced({});
    if (!root) return {};
    if (preemptions_ == 0) return {.found = found_, .complete = true};
    const std::vector<ThreadId> threads = threads_of(*root);
    // A schedule needs two threads. Each round adds one, and only schedules in which it takes part are new.
    for (std::size_t n = 2; n <= std::min(threads.size(), threads_max_); ++n) {
      members_.assign(threads.begin(), threads.begin() + static_cast<std::ptrdiff_t>(n));
      if (!extend({}, *root, n == 2)) return {};
      if (found_) return {.found = found_, .complete = true};
    }
    return {.complete = true};
  }

 private:
  static std::vector<ThreadId> threads_of(const Observation& observation) {
    std::vector<ThreadId> threads;
    for (const Step& step : observation.trace) threads.push_back(step.thread);
    std::sort(threads.begin(), threads.end(), by_rank);
    threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
    return threads;
  }

  bool over() const { return session_.over() || session_.executions() >= end_; }

  Case with(const RecordedForm& choices) const {
    Case c = base_;
    c.schedule = choices;
    return c;
  }

  // Only the empty schedule: remembers whether it fails.
  std::optional<Observation> traced(const RecordedForm& choices) {
    const Case c = with(choices);
    auto runs = session_.run({&c, 1}, true);
    if (runs.empty()) return std::nullopt;
    if (runs.front().first) found_ = as_recorded(c, runs.front().second);
    return std::move(runs.front().second);
  }

  // Every choice that can follow the last one of the run, in the order of case_size. Threads that may not be enabled
  // are among the next ones: the replay passes such a choice over, which shows in the run.
  RecordedForm next_choices(const Observation& run, bool newest_takes_part) const {
    std::size_t from = 0;
    if (!run.choices.empty()) {
      const Choice& last = run.choices.back();
      const auto at_last = [&](const Step& step) { return step.thread == last.thread && step.yield == last.yield; };
      from =
          static_cast<std::size_t>(std::find_if(run.trace.begin(), run.trace.end(), at_last) - run.trace.begin()) + 1;
    }
    std::set<ThreadId> ended;
    RecordedForm choices;
    for (std::size_t i = 0; i < run.trace.size(); ++i) {
      const Step& step = run.trace[i];
      if (step.kind == Step::Kind::kEnded) ended.insert(step.thread);
      if (i < from || step.kind != Step::Kind::kGoOn || !is_member(step.thread)) continue;
      for (const ThreadId to : members_) {
        if (to == step.thread || ended.contains(to)) continue;
        if (newest_takes_part || step.thread == members_.back() || to == members_.back()) {
          choices.push_back({step.thread, step.yield, to, std::nullopt});
        }
      }
    }
    std::sort(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) {
      return std::tuple(thread_rank(a.thread), a.yield, thread_rank(a.to)) <
             std::tuple(thread_rank(b.thread), b.yield, thread_rank(b.to));
    });
    return choices;
  }

  bool is_member(ThreadId thread) const {
    return std::find(members_.begin(), members_.end(), thread) != members_.end();
  }

  bool newest_in(const Choice& choice) const {
    return choice.thread == members_.back() || choice.to == members_.back();
  }

  // All schedules that begin with `prefix`, whose run is `run`. False where the bound was reached.
  bool extend(const RecordedForm& prefix, const Observation& run, bool newest_takes_part) {
    const bool last = prefix.size() + 1 == preemptions_;
    const RecordedForm nexts = next_choices(run, newest_takes_part || !last);
    for (std::size_t from = 0; from < nexts.size(); from += ShrinkSession::kBatch) {
      if (over()) return false;
      std::vector<Case> batch;
      for (std::size_t i = from; i < std::min(from + ShrinkSession::kBatch, nexts.size()); ++i) {
        RecordedForm choices = prefix;
        choices.push_back(nexts[i]);
        batch.push_back(with(choices));
      }
      const auto runs = session_.run(batch, !last);
      if (runs.empty()) return false;
      for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto& [fails, observation] = runs[i];
        if (observation.choices.size() != prefix.size() + 1) continue;  // passed over
        if (last) {
          if (!fails) continue;
          found_ = as_recorded(batch[i], observation);
          return true;
        }
        const Choice& next = nexts[from + i];
        if (!extend(observation.choices, observation, newest_takes_part || newest_in(next))) return false;
        if (found_) return true;
      }
    }
    return true;
  }

  ShrinkSession& session_;
  const Case& base_;
  std::uint32_t preemptions_;
  std::uint64_t end_;
  std::size_t threads_max_;
  std::vector<ThreadId> members_;  // threads that may take part, by rank; the last one is new
  std::optional<Case> found_;
};

}  // namespace

CanonicalSchedule search_canonical(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                   const CanonicalOptions& options) {
  return CanonicalSearch(session, failing, preemptions, options).run();
}

}  // namespace straylane
