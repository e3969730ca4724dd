#include "targets/worker/observe.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace straylane {
namespace {

using worker_protocol::WireRun;

void fill(WireRun& run, const Interleaver& interleaver, const Strategy& strategy) {
  run.end = interleaver.end();
  run.end_detail = interleaver.end_detail();
  if (const auto refusal = strategy.refusal()) {
    run.end = RunEnd::kRefused;
    run.end_detail = *refusal;
  }
  run.numbered_choices = interleaver.choices();
  run.preemptions = interleaver.preemptions();
  run.trace = interleaver.trace();
  run.yields = interleaver.yields();
  run.trace_digest = interleaver.digest();
  run.access_pairs = interleaver.pairs().pairs();
  run.reads_from_digest = interleaver.pairs().reads_from_digest();
  run.event_counts = strategy.event_counts();
  const SearchFigures figures = strategy.search_figures();
  run.applied = figures.applied;
  run.choice_points_after = figures.choice_points_after;
  run.alternatives = figures.alternatives;
}

template <class SiteOf>
void observe_launch(WireRun::Launch&& from, std::int32_t number, const SiteOf& site_of, LaunchObservation& launch) {
  launch = {.call = from.call, .kernel = std::move(from.kernel), .grid = from.grid, .block = from.block};
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

// Appends to the visited sites the unvisited ones of the functions that were entered. With these, an edit is noticed
// even where no thread stood at it. A site without a kind does not belong to this system: a recording of another system
// named it.
void append_unvisited(std::vector<Site>& sites, const std::vector<Site>& table) {
  if (sites.empty()) return;  // not traced
  std::set<std::pair<std::string, std::string>> entered;
  for (const Site& site : sites) entered.insert({site.file, site.function});
  const std::size_t visited = sites.size();
  for (const Site& site : table) {
    if (site.kind.empty() || !entered.contains({site.file, site.function})) continue;
    const auto end = sites.begin() + static_cast<std::ptrdiff_t>(visited);
    if (std::find(sites.begin(), end, site) == end) sites.push_back(site);
  }
}

// Returns the observation, with the visited sites only. `site_of` returns a Site, or a reference to one that is then
// copied once.
template <class SiteOf>
Observation resolve(WireRun&& run, const SiteOf& site_of) {
  Observation o = std::move(run);  // the base of `run`
  o.launches.resize(run.wire_launches.size());
  for (std::size_t i = 0; i < o.launches.size(); ++i) {
    observe_launch(std::move(run.wire_launches[i]), static_cast<std::int32_t>(i), site_of, o.launches[i]);
  }
  o.choices.reserve(run.numbered_choices.size());
  for (const NumberedChoice& c : run.numbered_choices) {
    o.choices.push_back({c.thread, c.yield, c.to, site_of(c.site)});
  }
  std::map<std::uint32_t, std::uint32_t> visited;
  for (Step& step : o.trace) {
    const auto [entry, fresh] = visited.try_emplace(step.site, static_cast<std::uint32_t>(o.sites.size()));
    if (fresh) o.sites.push_back(site_of(step.site));
    step.site = entry->second;
  }
  return o;
}

}  // namespace

std::unique_ptr<Strategy> strategy_of(const Case& c, const RunOptions& options, const SiteNumber& site_number,
                                      const SiteOf& site_of) {
  static const std::vector<Site> kEverySite;
  const std::vector<Site>& counted = options.across_change ? c.sites : kEverySite;
  return guided(make_strategy(c.schedule, options.strict, site_number, site_of, counted), options.guide, site_number);
}

std::unique_ptr<Strategy> strategy_of(const Case& c, const RunOptions& options, SiteTable& table) {
  return strategy_of(
      c, options, [&table](const Site& site) { return table.number_of(site); },
      [&table](std::uint32_t number) { return table.sites()[number]; });
}

void fill_wire_results(WireRun& run, const Interleaver& interleaver, const Strategy& strategy, SiteTable& table) {
  fill(run, interleaver, strategy);
  run.new_sites = table.take_new();
}

Observation observe(WireRun&& run, std::vector<Site>& table) {
  std::ranges::move(run.new_sites, std::back_inserter(table));
  Observation o = resolve(std::move(run), [&table](std::uint32_t number) -> const Site& { return table.at(number); });
  append_unvisited(o.sites, table);
  return o;
}

Observation observe_run(const Interleaver& interleaver, const Strategy& strategy, const SiteOf& site_of) {
  WireRun run;
  fill(run, interleaver, strategy);
  return resolve(std::move(run), site_of);
}

}  // namespace straylane
