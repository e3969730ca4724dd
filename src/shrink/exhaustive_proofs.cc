#include "shrink/exhaustive_proofs.h"

#include <fmt/format.h>

#include <algorithm>

#include "shrink/exhaustive_schedules.h"

namespace straylane {
namespace {

// Estimates the number of schedules with one preemption from the run without any: choice points times half of the
// threads, because the number of enabled threads falls as they end one after the other.
std::uint64_t one_preemption_estimate(const Observation& without) {
  std::uint64_t threads = 0;
  for (const LaunchObservation& l : without.launches) threads = std::max<std::uint64_t>(threads, l.threads.size());
  return without.choice_points_after * std::max<std::uint64_t>(threads / 2, 1);
}

// Runs every schedule with at most `preemptions_max` preemptions at the settings of `base`. If `estimate`, gives up
// after the first run if the schedules with one preemption are too many.
FewerPreemptions run_schedules(ShrinkSession& session, const Case& base, std::uint32_t preemptions_max,
                               std::uint64_t executions_max, bool estimate) {
  ExhaustiveSchedules schedules(preemptions_max);
  FewerPreemptions result;
  while (result.executions < executions_max) {
    const std::uint64_t left = executions_max - result.executions;
    std::vector<Case> batch;
    for (SearchForm& schedule : schedules.next(std::min<std::uint64_t>(left, ShrinkSession::kBatch))) {
      batch.push_back(base);
      batch.back().schedule = std::move(schedule);
    }
    result.proven = batch.empty();
    const auto runs = session.run(batch, false);
    if (runs.empty()) break;
    const bool first = estimate && preemptions_max > 0 && schedules.level() == 0;
    if (first && one_preemption_estimate(runs.front().second) > left) break;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      ++result.executions;
      if (runs[i].first) {
        result.found = as_recorded(batch[i], runs[i].second);
        return result;
      }
      schedules.observed(runs[i].second);
    }
  }
  return result;
}

// Counts up to `most` as an odometer does. The last parameter of the shrink order is the fastest.
Settings next_after(const Schema& schema, Settings now, const Settings& most) {
  const auto& order = schema.shrink_order();
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    const bool at_end = now[*i] == most[*i];
    now[*i] = schema.value_at(*i, at_end ? 0 : schema.ordinal(*i, now[*i]) + 1);
    if (!at_end) break;
  }
  return now;
}

}  // namespace

FewerPreemptions search_fewer_preemptions(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                          std::uint64_t executions_max) {
  if (preemptions == 0) return {.proven = true};
  return run_schedules(session, failing, preemptions - 1, executions_max, true);
}

SmallerSettingsProof prove_no_smaller_settings(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                               std::uint64_t executions_max) {
  const Schema& schema = session.schema();
  if (failing.calls.size() != 1) return {.result = {.reason = fmt::format("{} calls", failing.calls.size())}};
  const Settings& most = failing.calls.front();
  double count = 1;  // an upper bound, because max_is of the parameters forbids some settings
  for (std::size_t i = 0; i < schema.size(); ++i) count *= static_cast<double>(schema.ordinal(i, most[i])) + 1;
  if (count > static_cast<double>(executions_max)) {
    return {.result = {.reason = fmt::format("about {:.0f} smaller settings, more than {} executions", count,
                                             executions_max)}};
  }
  SmallerSettingsProof proof;
  auto& [proven, settings, cases, reason] = proof.result;
  Case smaller = failing;
  smaller.sites.clear();
  for (Settings now = schema.smallest(); now != most; now = next_after(schema, now, most)) {
    if (schema.clamped(now) != now) continue;
    ++settings;
    smaller.calls = {now};
    const auto all = run_schedules(session, smaller, preemptions, executions_max - cases, false);
    cases += all.executions;
    if (all.proven) continue;
    proof.found = all.found;
    reason = all.found        ? "a smaller case fails"
             : session.over() ? session.stopped_by()
                              : fmt::format("more than {} smaller cases", executions_max);
    return proof;
  }
  proven = true;
  return proof;
}

}  // namespace straylane
