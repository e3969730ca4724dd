#include "explain/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace straylane {
namespace {

std::string note_of(const Step& step) {
  switch (step.kind) {
    case Step::Kind::kPreempted:
      return fmt::format("preempted: {} goes on", to_string(step.next));
    case Step::Kind::kBlocked:
      return fmt::format("waits: {} goes on", to_string(step.next));
    case Step::Kind::kEnded:
      return "ends";
    case Step::Kind::kGoOn:
      break;
  }
  return {};
}

const ThreadOutcome* outcome_of(const Observation& observation, ThreadId thread) {
  if (thread.is_main() || static_cast<std::size_t>(thread.launch) >= observation.launches.size()) return nullptr;
  const auto& threads = observation.launches[static_cast<std::size_t>(thread.launch)].threads;
  if (static_cast<std::size_t>(thread.index) >= threads.size()) return nullptr;
  return &threads[static_cast<std::size_t>(thread.index)];
}

// As `note_of`, with the exception where the thread ends with one.
std::string end_or_note(const Observation& observation, const Step& step) {
  if (step.kind == Step::Kind::kEnded) {
    const ThreadOutcome* outcome = outcome_of(observation, step.thread);
    if (outcome != nullptr && outcome->exception) {
      return fmt::format("ends with {}: {}", outcome->exception->type, outcome->exception->message);
    }
  }
  return note_of(step);
}

constexpr std::size_t kAllShownMax = 4;  // threads; so few are all shown

std::set<ThreadId> taking_part(const Observation& observation) {
  std::set<ThreadId> threads = {ThreadId::main()};
  std::size_t count = 0;
  for (const LaunchObservation& launch : observation.launches) count += launch.threads.size();
  if (count <= kAllShownMax) {
    for (const LaunchObservation& launch : observation.launches) {
      for (const ThreadOutcome& thread : launch.threads) threads.insert(thread.id);
    }
  }
  for (const Choice& choice : observation.choices) threads.insert({choice.thread, choice.to});
  for (const LaunchObservation& launch : observation.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (thread.exception) threads.insert(thread.id);
    }
  }
  return threads;
}

Columns empty_columns(const Observation& observation, const std::set<ThreadId>& part) {
  Columns columns;
  columns.threads.assign(part.begin(), part.end());
  columns.left_out_why = "which took no part in any choice";
  for (const LaunchObservation& launch : observation.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (part.count(thread.id) == 0) columns.left_out.push_back(thread.id);
    }
  }
  return columns;
}

// Variables that at least two threads touch and one of those that `m` started changes.
std::set<std::string> variables_that_matter(const Observation& observation) {
  std::map<std::string, std::set<ThreadId>> touched;
  std::set<std::string> changed;
  for (const Event& event : observation.events) {
    if (event.thread.is_main() || event.kind == Event::Kind::kBarrier) continue;
    touched[event.variable].insert(event.thread);
    const bool same_again = event.kind == Event::Kind::kAtomic && event.before == event.after;
    if (event.kind != Event::Kind::kRead && !same_again) changed.insert(event.variable);
  }
  std::erase_if(changed, [&](const std::string& variable) { return touched[variable].size() < 2; });
  return changed;
}

// The steps of a run, its events and the ends of its orderings in their order, as rows.
class MatteringRows {
 public:
  MatteringRows(const Observation& observation, const std::vector<NecessaryOrdering>& orderings)
      : observation_(observation),
        orderings_(orderings),
        variables_(variables_that_matter(observation)),
        part_(threads_shown()) {
    columns_ = empty_columns(observation, part_);
    columns_.left_out_why = "which do nothing that matters here, or too many to show";
  }

  Columns rows() {
    auto event = observation_.events.begin();
    for (std::size_t i = 0; i <= observation_.trace.size(); ++i) {
      for (; event != observation_.events.end() && event->step <= i; ++event) add_event(*event);
      if (i < observation_.trace.size()) add_step(observation_.trace[i]);
    }
    return std::move(columns_);
  }

 private:
  // Those of the orderings, and the first that fails; without orderings some of those that took part.
  std::set<ThreadId> threads_shown() const {
    std::set<ThreadId> shown = {ThreadId::main()};
    for (const NecessaryOrdering& o : orderings_) shown.insert({o.first.stretch.thread, o.second.stretch.thread});
    const ThreadOutcome* failing = nullptr;
    for (const LaunchObservation& launch : observation_.launches) {
      for (const ThreadOutcome& thread : launch.threads) {
        if (!thread.exception || (failing != nullptr && failing->exception_order <= thread.exception_order)) continue;
        failing = &thread;
      }
    }
    if (failing != nullptr) shown.insert(failing->id);
    for (const ThreadId thread : orderings_.empty() ? taking_part(observation_) : std::set<ThreadId>()) {
      if (shown.size() > kMatteringThreadsMax) break;  // `m` is one of them
      shown.insert(thread);
    }
    return shown;
  }

  void append(ColumnRow row) {
    if (columns_.rows.size() < kMatteringRowsMax) {
      columns_.rows.push_back(std::move(row));
    } else {
      ++columns_.rows_cut;
    }
  }

  void add(ThreadId thread, ColumnRow row) {
    const auto column = std::find(columns_.threads.begin(), columns_.threads.end(), thread);
    if (column == columns_.threads.end()) return;
    row.column = static_cast<std::size_t>(column - columns_.threads.begin());
    append(std::move(row));
  }

  void add_band(std::string text) { append({.note = std::move(text), .is_band = true}); }

  void add_event(const Event& event) {
    if (event.kind == Event::Kind::kBarrier) {
      add_band(describe(event));
      return;
    }
    std::string marks;
    for (std::size_t i = 0; i < orderings_.size(); ++i) {
      mark(orderings_[i].first, event, fmt::format("{}<", i + 1), marks);
      mark(orderings_[i].second, event, fmt::format("<{}", i + 1), marks);
    }
    if (variables_.count(event.variable) == 0 && marks.empty()) return;
    if (event.thread.is_main()) return;
    add(event.thread, {0, event.site, describe(event), marks});
  }

  // The end of an ordering is named by this event, and the event is in its stretch.
  void mark(const Act& end, const Event& event, const std::string& text, std::string& marks) {
    if (!(end.stretch == begun_[event.thread]) || !(end.place == event.site) || end.note != describe(event)) return;
    marks += (marks.empty() ? "" : " ") + text;
  }

  void add_step(const Step& step) {
    const Site& site = observation_.sites[step.site];
    // What an ordering says of a stretch in which no event was seen stands where the stretch is over.
    std::string note = end_or_note(observation_, step);
    add_plain_ends(step.thread);
    begun_[step.thread] = {step.thread, site, ++visits_[{step.thread, step.site}]};
    add_block_band(step);
    const bool fails = step.kind == Step::Kind::kEnded && note != "ends";
    const bool preempted = step.kind == Step::Kind::kPreempted && !step.thread.is_main() && !step.next.is_main();
    const bool waits = step.kind == Step::Kind::kBlocked && !step.thread.is_main() && part_.count(step.thread) != 0;
    if (preempted || waits || fails) add(step.thread, {0, site, std::move(note), ""});
  }

  void add_plain_ends(ThreadId thread) {
    std::map<std::pair<std::string, std::string>, std::string> marks;  // by statement and note, of this stretch
    Site place;
    for (std::size_t i = 0; i < orderings_.size(); ++i) {
      for (const bool first : {true, false}) {
        const Act& end = first ? orderings_[i].first : orderings_[i].second;
        if (!(end.stretch == begun_[thread]) || has_event(end)) continue;
        std::string& text = marks[{end.place.statement, end.note}];
        text += (text.empty() ? "" : " ") + (first ? fmt::format("{}<", i + 1) : fmt::format("<{}", i + 1));
        place = end.place;
      }
    }
    for (const auto& [key, text] : marks) add(thread, {0, place, key.second, text});
  }

  bool has_event(const Act& end) const {
    return std::any_of(observation_.events.begin(), observation_.events.end(), [&](const Event& e) {
      return e.thread == end.stretch.thread && e.site == end.place && describe(e) == end.note;
    });
  }

  void add_block_band(const Step& step) {
    const auto& launches = observation_.launches;
    if (step.thread.is_main() || static_cast<std::size_t>(step.thread.launch) >= launches.size()) return;
    const Dim3& threads = launches[static_cast<std::size_t>(step.thread.launch)].block;
    const std::int64_t size = std::int64_t{threads.x} * threads.y * threads.z;
    const std::pair<std::int64_t, std::int64_t> block{step.thread.launch, size > 0 ? step.thread.index / size : 0};
    if (block == block_) return;
    if (block != std::pair<std::int64_t, std::int64_t>{0, 0}) {
      add_band(fmt::format("block {} of launch {}", block.second, block.first));
    }
    block_ = block;
  }

  const Observation& observation_;
  const std::vector<NecessaryOrdering>& orderings_;
  std::set<std::string> variables_;
  std::set<ThreadId> part_;
  Columns columns_;
  std::map<ThreadId, Stretch> begun_;  // the stretch that each thread is in
  std::map<std::pair<ThreadId, std::uint32_t>, std::uint32_t> visits_;
  std::pair<std::int64_t, std::int64_t> block_{0, 0};
};

}  // namespace

Columns columns_that_matter(const Observation& observation, const std::vector<NecessaryOrdering>& orderings) {
  return MatteringRows(observation, orderings).rows();
}

Columns columns_of(const Observation& observation) {
  const std::set<ThreadId> part = taking_part(observation);
  Columns columns = empty_columns(observation, part);
  const auto first_other = std::find_if(observation.trace.begin(), observation.trace.end(),
                                        [](const Step& step) { return !step.next.is_main(); });
  for (auto step = observation.trace.begin(); step != observation.trace.end(); ++step) {
    if (part.count(step->thread) == 0 || (step < first_other && step->thread.is_main())) continue;
    const auto column = std::find(columns.threads.begin(), columns.threads.end(), step->thread);
    ColumnRow row{static_cast<std::size_t>(column - columns.threads.begin()), observation.sites[step->site],
                  end_or_note(observation, *step)};
    if (!columns.rows.empty()) {
      ColumnRow& last = columns.rows.back();
      const bool same = last.column == row.column && last.note.empty() && last.site.function == row.site.function &&
                        last.site.statement == row.site.statement;
      if (same) {
        last = std::move(row);
        continue;
      }
    }
    columns.rows.push_back(std::move(row));
  }
  return columns;
}

}  // namespace straylane
