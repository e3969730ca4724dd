#include "explain/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "explain/guided_session.h"

namespace straylane {
namespace {

// What happens to the thread at its step; empty if it goes on.
std::string note_of(const Observation& observation, const Step& step) {
  if (step.kind == Step::Kind::kGoOn) return {};
  if (step.kind == Step::Kind::kPreempted) return fmt::format("preempted: {} goes on", to_string(step.next));
  if (step.kind == Step::Kind::kBlocked) return fmt::format("waits: {} goes on", to_string(step.next));
  const ThreadOutcome* outcome = outcome_of(observation, step.thread);
  if (outcome == nullptr || !outcome->exception) return "ends";
  return fmt::format("ends with {}: {}", outcome->exception->type, outcome->exception->message);
}

constexpr std::size_t kAllShownMax = 4;  // threads; so few are all shown

std::set<ThreadId> taking_part(const Observation& observation) {
  std::set<ThreadId> part = {ThreadId::main()};
  std::size_t count = 0;
  for (const LaunchObservation& launch : observation.launches) count += launch.threads.size();
  for (const LaunchObservation& launch : observation.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (count <= kAllShownMax || thread.exception) part.insert(thread.id);
    }
  }
  for (const Choice& choice : observation.choices) part.insert({choice.thread, choice.to});
  return part;
}

Columns empty_columns(const Observation& observation, const std::set<ThreadId>& part, const char* left_out_why) {
  Columns columns{.threads = {part.begin(), part.end()}, .left_out_why = left_out_why};
  for (const LaunchObservation& launch : observation.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (part.count(thread.id) == 0) columns.left_out.push_back(thread.id);
    }
  }
  return columns;
}

// The variables that at least two threads touch and one of them changes. `m` does not count.
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

void append_mark(std::string& marks, const std::string& mark) { marks += (marks.empty() ? "" : " ") + mark; }

// Goes through the steps and the events of a run in their order and makes rows of them.
class MatteringRows {
 public:
  MatteringRows(const Observation& observation, const std::vector<NecessaryOrdering>& orderings)
      : observation_(observation),
        variables_(variables_that_matter(observation)),
        part_(threads_shown(orderings)),
        columns_(empty_columns(observation, part_, "which do nothing that matters here, or too many to show")) {
    for (std::size_t i = 0; i < orderings.size(); ++i) {
      for (const bool first : {true, false}) {
        const Act& act = first ? orderings[i].first : orderings[i].second;
        ends_.push_back({act, first ? fmt::format("{}<", i + 1) : fmt::format("<{}", i + 1), has_event(act)});
      }
    }
  }

  Columns rows() {
    auto event = observation_.events.begin();
    for (std::size_t i = 0; i <= observation_.trace.size(); ++i) {
      for (; event != observation_.events.end() && event->step <= i; ++event) add_event(*event);
      if (i < observation_.trace.size()) add_step(observation_.trace[i]);
    }
    cut_rows(columns_, kMatteringRowsMax);
    return std::move(columns_);
  }

 private:
  // An end of an ordering.
  struct End {
    const Act& act;
    std::string mark;
    bool has_event;  // an event of the run says what the act says
  };

  // The threads of the orderings and the first that fails; without orderings, also some of those that took part.
  std::set<ThreadId> threads_shown(const std::vector<NecessaryOrdering>& orderings) const {
    std::set<ThreadId> shown = {ThreadId::main()};
    for (const NecessaryOrdering& o : orderings) shown.insert({o.first.stretch.thread, o.second.stretch.thread});
    if (const ThreadOutcome* failing = first_to_fail(observation_)) shown.insert(failing->id);
    if (!orderings.empty()) return shown;
    for (const ThreadId thread : taking_part(observation_)) {
      if (shown.size() > kMatteringThreadsMax) break;  // `m` is one of them
      shown.insert(thread);
    }
    return shown;
  }

  bool has_event(const Act& end) const {
    return std::any_of(observation_.events.begin(), observation_.events.end(), [&](const Event& e) {
      return e.thread == end.stretch.thread && e.site == end.place && describe(e) == end.note;
    });
  }

  void add(ThreadId thread, ColumnRow row) {
    const auto column = std::find(columns_.threads.begin(), columns_.threads.end(), thread);
    if (column == columns_.threads.end()) return;
    row.column = static_cast<std::size_t>(column - columns_.threads.begin());
    columns_.rows.push_back(std::move(row));
  }

  void add_band(std::string text) { columns_.rows.push_back({.note = std::move(text), .is_band = true}); }

  void add_event(const Event& event) {
    if (event.kind == Event::Kind::kBarrier) return add_band(describe(event));
    std::string marks;
    for (const End& end : ends_) {
      const Act& act = end.act;
      if (act.stretch == begun_[event.thread] && act.place == event.site && act.note == describe(event)) {
        append_mark(marks, end.mark);
      }
    }
    const bool matters = variables_.count(event.variable) != 0 || !marks.empty();
    if (matters && !event.thread.is_main()) add(event.thread, {0, event.site, describe(event), marks});
  }

  void add_step(const Step& step) {
    const Site& site = observation_.sites[step.site];
    std::string note = note_of(observation_, step);
    add_ends_without_event(step.thread);
    begun_[step.thread] = {step.thread, site, ++visits_[{step.thread, step.site}]};
    add_block_band(step);
    const bool fails = step.kind == Step::Kind::kEnded && note != "ends";
    const bool preempted = step.kind == Step::Kind::kPreempted && !step.thread.is_main() && !step.next.is_main();
    const bool waits = step.kind == Step::Kind::kBlocked && !step.thread.is_main() && part_.count(step.thread) != 0;
    if (preempted || waits || fails) add(step.thread, {0, site, std::move(note), ""});
  }

  // Adds the ends of orderings that no event stands for. Their row comes where the thread's stretch is over.
  void add_ends_without_event(ThreadId thread) {
    std::map<std::pair<std::string, std::string>, std::string> marks;  // by statement and note
    Site place;
    for (const End& end : ends_) {
      if (end.has_event || end.act.stretch != begun_[thread]) continue;
      append_mark(marks[{end.act.place.statement, end.act.note}], end.mark);
      place = end.act.place;
    }
    for (const auto& [key, text] : marks) add(thread, {0, place, key.second, text});
  }

  void add_block_band(const Step& step) {
    const auto& launches = observation_.launches;
    if (step.thread.is_main() || static_cast<std::size_t>(step.thread.launch) >= launches.size()) return;
    const Dim3& threads = launches[static_cast<std::size_t>(step.thread.launch)].block;
    const std::int64_t size = std::int64_t{threads.x} * threads.y * threads.z;
    const Block block{step.thread.launch, size > 0 ? step.thread.index / size : 0};
    if (block == block_) return;
    if (block != Block{}) add_band(fmt::format("block {} of launch {}", block.second, block.first));
    block_ = block;
  }

  using Block = std::pair<std::int64_t, std::int64_t>;  // launch, block of its grid

  const Observation& observation_;
  const std::set<std::string> variables_;
  const std::set<ThreadId> part_;
  Columns columns_;
  std::vector<End> ends_;
  std::map<ThreadId, Stretch> begun_;  // the stretch that each thread is in
  std::map<std::pair<ThreadId, std::uint32_t>, std::uint32_t> visits_;
  Block block_;
};

}  // namespace

void cut_rows(Columns& columns, std::size_t rows_max) {
  if (columns.rows.size() <= rows_max) return;
  columns.rows_cut += columns.rows.size() - rows_max;
  columns.rows.resize(rows_max);
}

Columns columns_that_matter(const Observation& observation, const std::vector<NecessaryOrdering>& orderings) {
  return MatteringRows(observation, orderings).rows();
}

Columns columns_of(const Observation& observation) {
  const std::set<ThreadId> part = taking_part(observation);
  Columns columns = empty_columns(observation, part, "which took no part in any choice");
  const auto first_other = std::find_if(observation.trace.begin(), observation.trace.end(),
                                        [](const Step& step) { return !step.next.is_main(); });
  for (auto step = observation.trace.begin(); step != observation.trace.end(); ++step) {
    const auto column = part.find(step->thread);
    if (column == part.end() || (step < first_other && step->thread.is_main())) continue;
    ColumnRow row{static_cast<std::size_t>(std::distance(part.begin(), column)), observation.sites[step->site],
                  note_of(observation, *step)};
    if (!columns.rows.empty()) {
      const ColumnRow& last = columns.rows.back();
      const bool same = last.column == row.column && last.note.empty() && last.site.function == row.site.function &&
                        last.site.statement == row.site.statement;
      if (same) columns.rows.pop_back();
    }
    columns.rows.push_back(std::move(row));
  }
  return columns;
}

}  // namespace straylane
