#include "targets/worker/observe.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "targets/worker/wire_results.h"

namespace straylane {
namespace {

using worker_protocol::WireRun;

constexpr std::size_t kChoiceWidth = 7;
constexpr std::size_t kStepWidth = 7;
constexpr std::size_t kPairWidth = 4;

ThreadId id_of(std::int32_t launch, std::int32_t index) {
  return launch < 0 ? ThreadId::main() : ThreadId{launch, index};
}

template <class SiteOf>
void observe_launch(WireRun::Launch&& from, std::int32_t number, const SiteOf& site_of, LaunchObservation& launch) {
  launch.call = from.call;
  launch.kernel = std::move(from.kernel);
  launch.grid = from.grid;
  launch.block = from.block;
  launch.threads.resize(from.passed_guard.size());
  for (std::size_t i = 0; i < from.passed_guard.size(); ++i) {
    launch.threads[i].id = {number, static_cast<std::int32_t>(i)};
    launch.threads[i].thread_index = static_cast<std::int64_t>(i);
    launch.threads[i].passed_guard = from.passed_guard[i] != 0;
  }
  for (std::size_t i = 0; i + 1 < from.after_guard.size(); i += 2) {
    launch.threads.at(from.after_guard[i]).first_after_guard = site_of(from.after_guard[i + 1]);
  }
  for (WireRun::Exception& e : from.exceptions) {
    ThreadOutcome& thread = launch.threads.at(e.thread);
    thread.exception_order = e.order;
    thread.exception = std::move(e.thrown);
  }
  launch.raised = std::move(from.raised);
}

// Appends to the visited sites the others of the functions that were entered: an edit there is seen, too, where no
// thread stood at it. A site without a kind is not one of the system's: a recording of another system named it.
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

// The observation, with the visited sites alone. `site_of` gives a Site or a reference to one, which is then copied
// once.
template <class SiteOf>
Observation observe(WireRun&& run, const SiteOf& site_of) {
  Observation o;
  o.end = run.end;
  o.end_detail = std::move(run.end_detail);
  o.launches.resize(run.launches.size());
  for (std::size_t i = 0; i < run.launches.size(); ++i) {
    observe_launch(std::move(run.launches[i]), static_cast<std::int32_t>(i), site_of, o.launches[i]);
  }
  o.outputs = std::move(run.outputs);
  o.module_changes = std::move(run.module_changes);
  o.dirty = run.dirty;
  o.yields = run.yields;
  o.trace_digest = run.digest;
  o.reads_from_digest = run.reads_from_digest;
  o.event_counts = std::move(run.event_counts);
  o.access_pairs.reserve(run.access_pairs.size() / kPairWidth);
  for (std::size_t i = 0; i + kPairWidth <= run.access_pairs.size(); i += kPairWidth) {
    const std::uint32_t* p = &run.access_pairs[i];
    o.access_pairs.push_back({p[0], p[1], static_cast<Maker>(p[2]), static_cast<PairKind>(p[3])});
  }
  o.applied = run.applied;
  o.choice_points_after = run.choice_points_after;
  o.alternatives = run.alternatives;
  o.choices.reserve(run.choices.size() / kChoiceWidth);
  for (std::size_t i = 0; i + kChoiceWidth <= run.choices.size(); i += kChoiceWidth) {
    const std::int32_t* c = &run.choices[i];
    o.choices.push_back({id_of(c[0], c[1]), static_cast<std::uint32_t>(c[2]), id_of(c[3], c[4]),
                         site_of(static_cast<std::uint32_t>(c[5]))});
    o.preemptions += c[6] != 0;
  }
  std::map<std::int32_t, std::uint32_t> visited;
  o.trace.reserve(run.trace.size() / kStepWidth);
  for (std::size_t i = 0; i + kStepWidth <= run.trace.size(); i += kStepWidth) {
    const std::int32_t* s = &run.trace[i];
    const auto [entry, fresh] = visited.try_emplace(s[2], static_cast<std::uint32_t>(o.sites.size()));
    if (fresh) o.sites.push_back(site_of(static_cast<std::uint32_t>(s[2])));
    o.trace.push_back({id_of(s[0], s[1]), entry->second, static_cast<std::uint32_t>(s[3]),
                       static_cast<Step::Kind>(s[4]), id_of(s[5], s[6])});
  }
  o.events = std::move(run.events);
  o.not_launched = std::move(run.not_launched);
  o.builds = run.builds;
  o.builds_failed = run.builds_failed;
  return o;
}

}  // namespace

Observation observe(WireRun&& run, std::vector<Site>& table) {
  for (Site& site : run.new_sites) table.push_back(std::move(site));
  Observation o = observe(std::move(run), [&table](std::uint32_t number) -> const Site& { return table.at(number); });
  append_unvisited(o.sites, table);
  return o;
}

Observation observe_run(const Interleaver& interleaver, const Strategy& strategy, const SiteOf& site_of) {
  WireRun run;
  fill_wire_results(run, interleaver, strategy);
  return observe(std::move(run), site_of);
}

}  // namespace straylane
