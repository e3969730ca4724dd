#include "explain/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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
  if (thread.is_main()) return nullptr;
  const auto& threads = observation.launches.at(static_cast<std::size_t>(thread.launch)).threads;
  return &threads.at(static_cast<std::size_t>(thread.index));
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

}  // namespace

Columns columns_of(const Observation& observation) {
  Columns columns;
  const std::set<ThreadId> part = taking_part(observation);
  columns.threads.assign(part.begin(), part.end());
  for (const LaunchObservation& launch : observation.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (part.count(thread.id) == 0) columns.left_out.push_back(thread.id);
    }
  }
  const auto first_other = std::find_if(observation.trace.begin(), observation.trace.end(),
                                        [](const Step& step) { return !step.next.is_main(); });
  for (auto step = observation.trace.begin(); step != observation.trace.end(); ++step) {
    if (part.count(step->thread) == 0 || (step < first_other && step->thread.is_main())) continue;
    const auto column = std::find(columns.threads.begin(), columns.threads.end(), step->thread);
    ColumnRow row{static_cast<std::size_t>(column - columns.threads.begin()), observation.sites[step->site],
                  note_of(*step)};
    if (step->kind == Step::Kind::kEnded) {
      const ThreadOutcome* outcome = outcome_of(observation, step->thread);
      if (outcome != nullptr && outcome->exception) {
        row.note = fmt::format("ends with {}: {}", outcome->exception->type, outcome->exception->message);
      }
    }
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
