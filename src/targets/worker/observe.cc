#include "targets/worker/observe.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace straylane {
namespace {

using worker_protocol::WireRun;

constexpr std::size_t kChoiceWidth = 7;
constexpr std::size_t kStepWidth = 7;
constexpr std::size_t kPairWidth = 4;

ThreadId id_of(std::int32_t launch, std::int32_t index) {
  return launch < 0 ? ThreadId::main() : ThreadId{launch, index};
}

LaunchObservation observe_launch(WireRun::Launch&& from, std::int32_t number, const std::vector<Site>& table) {
  LaunchObservation launch;
  launch.output = std::move(from.output);
  launch.threads.resize(from.passed_guard.size());
  for (std::size_t i = 0; i < from.passed_guard.size(); ++i) {
    launch.threads[i].id = {number, static_cast<std::int32_t>(i)};
    launch.threads[i].thread_index = static_cast<std::int64_t>(i);
    launch.threads[i].passed_guard = from.passed_guard[i] != 0;
  }
  for (std::size_t i = 0; i + 1 < from.after_guard.size(); i += 2) {
    launch.threads.at(from.after_guard[i]).first_after_guard = table.at(from.after_guard[i + 1]);
  }
  for (WireRun::Exception& e : from.exceptions) {
    ThreadOutcome& thread = launch.threads.at(e.thread);
    thread.exception_order = e.order;
    thread.exception = std::move(e.thrown);
  }
  launch.raised = std::move(from.raised);
  return launch;
}

// Behind the visited sites, the others of the functions that were entered: an edit there is seen, too, where no thread
// stood at it. Sites without a kind are none of the system's: recordings of another one named them.
void append_unvisited(std::vector<Site>& sites, const std::vector<Site>& table) {
  if (sites.empty()) return;  // not traced
  std::set<std::pair<std::string, std::string>> entered;
  for (const Site& site : sites) entered.insert({site.file, site.function});
  const std::size_t visited = sites.size();
  for (const Site& site : table) {
    if (site.kind.empty() || entered.count({site.file, site.function}) == 0) continue;
    const auto end = sites.begin() + static_cast<std::ptrdiff_t>(visited);
    if (std::find(sites.begin(), end, site) == end) sites.push_back(site);
  }
}

}  // namespace

Observation observe(WireRun&& run, std::vector<Site>& table) {
  for (Site& site : run.new_sites) table.push_back(std::move(site));
  Observation o;
  o.end = run.end;
  o.end_detail = std::move(run.end_detail);
  o.launches.reserve(run.launches.size());
  for (WireRun::Launch& launch : run.launches) {
    o.launches.push_back(observe_launch(std::move(launch), static_cast<std::int32_t>(o.launches.size()), table));
  }
  o.module_changes = std::move(run.module_changes);
  o.dirty = run.dirty;
  o.yields = run.yields;
  o.trace_digest = run.digest;
  o.reads_from_digest = run.reads_from_digest;
  o.event_counts = std::move(run.event_counts);
  for (std::size_t i = 0; i + kPairWidth <= run.access_pairs.size(); i += kPairWidth) {
    const std::uint32_t* p = &run.access_pairs[i];
    o.access_pairs.push_back({p[0], p[1], static_cast<Maker>(p[2]), static_cast<PairKind>(p[3])});
  }
  o.applied = run.applied;
  o.choice_points_after = run.choice_points_after;
  o.alternatives = run.alternatives;
  for (std::size_t i = 0; i + kChoiceWidth <= run.choices.size(); i += kChoiceWidth) {
    const std::int32_t* c = &run.choices[i];
    o.choices.push_back({id_of(c[0], c[1]), static_cast<std::uint32_t>(c[2]), id_of(c[3], c[4]),
                         table.at(static_cast<std::size_t>(c[5]))});
    o.preemptions += c[6] != 0;
  }
  std::map<std::int32_t, std::uint32_t> visited;
  for (std::size_t i = 0; i + kStepWidth <= run.trace.size(); i += kStepWidth) {
    const std::int32_t* s = &run.trace[i];
    const auto [entry, fresh] = visited.try_emplace(s[2], static_cast<std::uint32_t>(o.sites.size()));
    if (fresh) o.sites.push_back(table.at(static_cast<std::size_t>(s[2])));
    o.trace.push_back({id_of(s[0], s[1]), entry->second, static_cast<std::uint32_t>(s[3]),
                       static_cast<Step::Kind>(s[4]), id_of(s[5], s[6])});
  }
  append_unvisited(o.sites, table);
  o.events = std::move(run.events);
  o.not_launched = std::move(run.not_launched);
  o.builds = run.builds;
  o.builds_failed = run.builds_failed;
  return o;
}

}  // namespace straylane
