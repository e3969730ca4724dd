#include "shrink/shrink.h"

#include <algorithm>

#include "shrink/canonical_schedule.h"
#include "shrink/choice_removal.h"
#include "shrink/data_reduction.h"
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

// For a case that cannot be run once more; at most as many as choices.
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
                   [&](const Case& a, const Case& b) { return session.size_of(a) < session.size_of(b); });
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
        forced && session.size_of(forced->recorded) < session.size_of(now.recorded)) {
      return forced;
    }
  }
  // As many, too, where some of the choices are no preemptions: a schedule of preemptions alone may be the smaller
  // case.
  const auto choices = static_cast<std::uint32_t>(std::get<RecordedForm>(now.recorded.schedule).size());
  const std::uint32_t end = choices > now.preemptions ? choices + 1 : now.preemptions;
  for (std::uint32_t preemptions = 0; preemptions < end; ++preemptions) {
    const auto fewer = search_canonical(session, bare, preemptions, pair);
    if (!fewer.found || session.size_of(*fewer.found) >= session.size_of(now.recorded)) continue;
    return traced(session, *fewer.found);
  }
  return std::nullopt;
}

// The canonical one of the schedules with as many preemptions as `now`; where it cannot be had, `now` slid.
Traced take_canonical(ShrinkSession& session, const Traced& now, const ShrinkOptions& options, Minimum& minimum) {
  session.begin_pass("canonical schedule");
  const Case bare = without_sites(now.recorded);
  const auto canonical =
      search_canonical(session, bare, now.preemptions, {.executions_max = options.canonical_executions_max});
  if (!canonical.complete && !session.over()) say(minimum.stopped_early, "canonical_executions_max reached");
  if (canonical.found && session.size_of(*canonical.found) <= session.size_of(now.recorded)) {
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
  if (fewer.found && session.size_of(*fewer.found) < session.size_of(now->recorded)) {
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

// Data first where it is so long that copies of the case cost more than most runs.
Case reduced_where_long(ShrinkSession& session, Case failing, const ShrinkOptions& options) {
  constexpr std::size_t kLong = 4'096;
  if (failing.data.size() <= kLong) return failing;
  return reduce_data(session, std::move(failing), options.data_executions_max);
}

Minimum minimum_from(ShrinkSession& session, const Case& failing, bool shape, const ShrinkOptions& options) {
  const SettingsDescentOptions descent{.shape = shape, .linear_max = options.settings_linear_max};
  session.begin_pass("remove choices");
  Case now = reduced_where_long(session, remove_choices(session, without_sites(failing)), options);
  Minimum minimum{.failing = now};
  // A simpler schedule may fail at smaller settings than the one before, and the reverse.
  for (bool first = true;; first = false) {
    const CaseSize before = session.size_of(now);
    session.begin_pass(shape ? "settings with shape" : "settings");
    now = descend_settings(session, std::move(now), descent);
    if (!now.data.empty()) {
      session.begin_pass("data");
      now = reduce_data(session, std::move(now), options.data_executions_max);
    }
    if (!first && session.size_of(now) == before) break;
    session.begin_pass("remove choices");
    minimum = smallest_schedule(session, remove_choices(session, std::move(now)), options);
    now = without_sites(minimum.failing);
    if (session.over() || session.size_of(now) == before) break;
  }
  if (session.over()) say(minimum.stopped_early, session.stopped_by());
  return minimum;
}

// Also shrinks what the proof finds, which has smaller settings each time.
void prove_settings(ShrinkSession& session, const ShrinkOptions& options, Shrunk& shrunk) {
  session.begin_pass("proof that no smaller settings fail");
  session.allow_more(options.settings_proof_executions_max);
  for (;;) {
    const Minimum& minimal = shrunk.minimal_any_shape;
    const auto proof =
        prove_no_smaller_settings(session, minimal.failing, minimal.preemptions, options.settings_proof_executions_max);
    shrunk.smaller_settings = proof.result;
    if (!proof.found) return;
    shrunk.minimal_any_shape = minimum_from(session, *proof.found, true, options);
  }
}

}  // namespace

Expected<ShrinkResult> shrink(const RunMany& run, const Schema& schema, const Case& failing,
                              const ShrinkOptions& options) {
  ShrinkSession session(run, schema, options.executions_max, options.time_s);
  const auto start = traced(session, failing);
  if (session.error()) return tl::unexpected(*session.error());
  if (session.interrupted()) return make_error(ErrorCode::kInterrupted, "interrupted");
  if (!start) return make_error(ErrorCode::kNotReproducible, "the case does not fail in its bucket");

  ShrinkResult result{.before = session.size_of(start->recorded)};
  Shrunk& shrunk = result.shrunk;
  shrunk.minimal = shrunk.minimal_any_shape = minimum_from(session, start->recorded, false, options);
  if (schema.has_shape()) {
    const Minimum any_shape = minimum_from(session, shrunk.minimal.failing, true, options);
    Minimum& smallest = shrunk.minimal_any_shape;
    if (session.size_of(any_shape.failing) < session.size_of(smallest.failing)) smallest = any_shape;
    smallest.stopped_early = any_shape.stopped_early;
  }
  if (options.settings_proof_executions_max > 0) prove_settings(session, options, shrunk);
  result.interrupted = session.interrupted();
  shrunk.executions = session.executions();
  result.passes = session.passes();
  if (session.error()) return tl::unexpected(*session.error());
  return result;
}

}  // namespace straylane
