#include "shrink/shrink.h"

#include <algorithm>

#include "shrink/canonical_schedule.h"
#include "shrink/choice_removal.h"
#include "shrink/fewer_preemptions.h"
#include "shrink/settings_descent.h"
#include "shrink/sliding.h"

namespace straylane {
namespace {

struct Traced {
  Case recorded;
  std::uint32_t preemptions = 0;
};

// Runs a case once more with its sites; nothing where it does not fail.
std::optional<Traced> traced(ShrinkSession& session, const Case& c) {
  const auto runs = session.run({&c, 1}, true);
  if (runs.empty() || !runs.front().first) return std::nullopt;
  return Traced{as_recorded(c, runs.front().second), runs.front().second.preemptions};
}

// For what only runs variants of a case: sites are what a copy costs, and a lenient replay asks for none.
Case without_sites(Case c) {
  c.sites.clear();
  return c;
}

// Of a case that cannot be run once more; at most as many as choices.
std::uint32_t preemptions_known(const ShrinkSession& session, const Case& c) {
  const auto choices = static_cast<std::uint32_t>(std::get<RecordedForm>(c.schedule).size());
  return session.preemptions_of(c).value_or(choices);
}

void say(std::string& reasons, const std::string& reason) {
  if (!reasons.empty()) reasons += "; ";
  reasons += reason;
}

// One choice that is no preemption, where a thread blocks or ends, among the first two threads: such as the second
// going first. The smallest that fails.
std::optional<Traced> one_forced_choice(ShrinkSession& session, const Case& bare) {
  Case by_default = bare;
  by_default.schedule = RecordedForm{};
  const auto runs = session.run({&by_default, 1}, true);
  if (runs.empty()) return std::nullopt;
  std::vector<Case> cases;
  for (const Step& step : runs.front().second.trace) {
    if (step.kind != Step::Kind::kBlocked && step.kind != Step::Kind::kEnded) continue;
    for (const ThreadId to : {ThreadId{0, 0}, ThreadId{0, 1}}) {
      if (to == step.thread || to == step.next) continue;
      cases.push_back(bare);
      cases.back().schedule = RecordedForm{{step.thread, step.yield, to, std::nullopt}};
    }
  }
  std::stable_sort(cases.begin(), cases.end(),
                   [](const Case& a, const Case& b) { return case_size(a) < case_size(b); });
  const auto found = session.first_failing(cases);
  return found ? traced(session, found->recorded) : std::nullopt;
}

// A removal ends in local minima: from some of them a schedule with fewer preemptions is reached only by another way.
// Most causes show between two threads, where looking for it costs little. What is found is canonical: every canonical
// search begins with the first two threads.
std::optional<Traced> fewer_between_two(ShrinkSession& session, const Traced& now, const ShrinkOptions& options) {
  const CanonicalOptions pair{.executions_max = options.pair_executions_max, .threads_max = 2};
  const Case bare = without_sites(now.recorded);
  if (now.preemptions > 0) {
    if (const auto forced = one_forced_choice(session, bare);
        forced && case_size(forced->recorded) < case_size(now.recorded)) {
      return forced;
    }
  }
  // As many, too, where some of the choices are no preemptions: a schedule of preemptions alone may be the smaller
  // case.
  const auto choices = static_cast<std::uint32_t>(std::get<RecordedForm>(now.recorded.schedule).size());
  const std::uint32_t end = choices > now.preemptions ? choices + 1 : now.preemptions;
  for (std::uint32_t preemptions = 0; preemptions < end; ++preemptions) {
    const auto fewer = search_canonical(session, bare, preemptions, pair);
    if (!fewer.found || case_size(*fewer.found) >= case_size(now.recorded)) continue;
    return traced(session, *fewer.found);
  }
  return std::nullopt;
}

// Of the schedules with as many preemptions as `now`, the canonical one; where it cannot be had, `now` slid.
Traced take_canonical(ShrinkSession& session, const Traced& now, const ShrinkOptions& options, Minimum& minimum) {
  session.begin_pass("canonical schedule");
  const Case bare = without_sites(now.recorded);
  const auto canonical =
      search_canonical(session, bare, now.preemptions, {.executions_max = options.canonical_executions_max});
  if (!canonical.complete && !session.over()) say(minimum.stopped_early, "canonical_executions_max reached");
  if (canonical.found && case_size(*canonical.found) <= case_size(now.recorded)) {
    minimum.canonical = canonical.complete;
    return traced(session, *canonical.found).value_or(now);
  }
  session.begin_pass("slide choices");
  return traced(session, slide_choices(session, bare, now.preemptions)).value_or(now);
}

// At fixed settings: the fewest preemptions, and of those the canonical schedule.
Minimum smallest_schedule(ShrinkSession& session, const Case& failing, const ShrinkOptions& options) {
  Minimum minimum{.failing = failing};
  auto now = traced(session, failing);
  if (!now) {
    minimum.preemptions = preemptions_known(session, failing);
    return minimum;
  }
  // Choices that are no preemptions, such as who runs first, are in no canonical schedule.
  if (std::get<RecordedForm>(now->recorded.schedule).size() > now->preemptions) {
    session.begin_pass("bypass choices");
    const Case shorter = bypass_choices(session, without_sites(now->recorded));
    now = traced(session, remove_choices(session, shorter)).value_or(*now);
  }
  session.begin_pass("fewer preemptions between two threads");
  if (const auto fewer = fewer_between_two(session, *now, options)) {
    now = fewer;
    minimum.canonical = true;
  }
  session.begin_pass("proof that none fails with fewer");
  const auto fewer =
      search_fewer_preemptions(session, without_sites(now->recorded), now->preemptions, options.proof_executions_max);
  minimum.proven = fewer.proven;
  if (fewer.found && case_size(*fewer.found) < case_size(now->recorded)) {
    if (const auto found = traced(session, *fewer.found)) now = found;
    minimum.proven = true;  // the fewest come first
    minimum.canonical = false;
  }
  if (!minimum.proven) {
    minimum.not_proven =
        session.over() ? session.stopped_by() : "more schedules with fewer preemptions than proof_executions_max";
  }
  // Those that the proof runs have none of them: with more such choices a preemption fewer may do.
  if (std::get<RecordedForm>(now->recorded.schedule).size() > now->preemptions) {
    minimum.proven = false;
    minimum.not_proven = "some of its choices are made where a thread waits or ends";
  }

  if (!minimum.canonical) now = take_canonical(session, *now, options, minimum);
  minimum.failing = now->recorded;
  minimum.preemptions = now->preemptions;
  return minimum;
}

Minimum minimum_from(ShrinkSession& session, const Case& failing, bool block_size, const ShrinkOptions& options) {
  const SettingsDescentOptions descent{.block_size = block_size, .linear_max = options.settings_linear_max};
  session.begin_pass("remove choices");
  Case now = remove_choices(session, without_sites(failing));
  Minimum minimum{.failing = now};
  // A simpler schedule may fail at smaller settings than the one before, and the reverse.
  for (bool first = true;; first = false) {
    const CaseSize before = case_size(now);
    session.begin_pass(block_size ? "settings with block_size" : "settings");
    now = descend_settings(session, std::move(now), descent);
    if (!first && case_size(now) == before) break;
    session.begin_pass("remove choices");
    minimum = smallest_schedule(session, remove_choices(session, std::move(now)), options);
    now = without_sites(minimum.failing);
    if (session.over() || case_size(now) == before) break;
  }
  if (session.over()) say(minimum.stopped_early, session.stopped_by());
  return minimum;
}

// Also shrinks what the proof finds, which has smaller settings each time.
void prove_settings(ShrinkSession& session, const ShrinkOptions& options, ShrinkResult& result) {
  session.begin_pass("proof that no smaller settings fail");
  session.allow_more(options.settings_proof_executions_max);
  for (;;) {
    const Minimum& minimal = result.minimal_any_block;
    result.smaller_settings =
        prove_no_smaller_settings(session, minimal.failing, minimal.preemptions, options.settings_proof_executions_max);
    if (!result.smaller_settings.found) return;
    result.minimal_any_block = minimum_from(session, *result.smaller_settings.found, true, options);
  }
}

}  // namespace

Expected<ShrinkResult> shrink(const RunMany& run, const Case& failing, const ShrinkOptions& options) {
  ShrinkSession session(run, options.executions_max, options.time_s);
  const auto start = traced(session, failing);
  if (session.error()) return tl::unexpected(*session.error());
  if (session.interrupted()) return make_error(ErrorCode::kInterrupted, "interrupted");
  if (!start) return make_error(ErrorCode::kNotReproducible, "the case does not fail in its bucket");

  const Minimum minimal = minimum_from(session, start->recorded, false, options);
  ShrinkResult result{.before = case_size(start->recorded), .minimal = minimal, .minimal_any_block = minimal};
  const Minimum any_block = minimum_from(session, result.minimal.failing, true, options);
  if (case_size(any_block.failing) < case_size(result.minimal.failing)) result.minimal_any_block = any_block;
  result.minimal_any_block.stopped_early = any_block.stopped_early;
  if (options.settings_proof_executions_max > 0) prove_settings(session, options, result);
  result.interrupted = session.interrupted();
  result.executions = session.executions();
  result.passes = session.passes();
  if (session.error()) return tl::unexpected(*session.error());
  return result;
}

}  // namespace straylane
