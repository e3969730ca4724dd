#include "shrink/shrink.h"

#include <algorithm>

#include "shrink/exhaustive_proofs.h"
#include "shrink/passes.h"

namespace straylane {
namespace {

constexpr std::uint64_t kPairExecutionsMax = 2'000;        // of each search between the first two threads
constexpr std::uint64_t kCanonicalExecutionsMax = 12'000;  // of each canonical search
constexpr std::uint64_t kDataExecutionsMax = 4'000;        // of each time that the data is made smaller

struct Traced {
  Case recorded;
  std::uint32_t preemptions = 0;
};

// Runs a case once more to get its sites. Gives nothing if it does not fail.
std::optional<Traced> traced(ShrinkSession& session, const Case& c) {
  const auto runs = session.run({&c, 1}, true);
  if (runs.empty() || !runs.front().first) return std::nullopt;
  return Traced{as_recorded(c, runs.front().second), runs.front().second.preemptions};
}

// For passes that only run variants of a case. Sites make copies expensive, and a lenient replay does not need them.
Case without_sites(Case c) {
  c.sites.clear();
  return c;
}

std::uint32_t choice_count(const Case& c) { return static_cast<std::uint32_t>(choices_of(c).size()); }

// Choices that are not preemptions are made where a thread waits or ends, such as who runs first.
bool only_preempts(const Traced& t) { return choice_count(t.recorded) <= t.preemptions; }

void say(std::string& reasons, const std::string& reason) {
  if (!reasons.empty()) reasons += "; ";
  reasons += reason;
}

// Finds the smallest failing schedule with a single choice that is not a preemption but made where a thread blocks or
// ends, among the first two threads. For example, the second thread goes first.
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
  std::ranges::stable_sort(cases, [&](const Case& a, const Case& b) { return session.is_smaller(a, b); });
  const auto found = session.first_failing(cases);
  return found ? traced(session, found->recorded) : std::nullopt;
}

// Looks for a schedule with fewer preemptions between the first two threads. The removal of choices ends in local
// minima, and some schedules with fewer preemptions cannot be reached from there. Most causes show between two threads,
// where the search is cheap. The result is canonical, because every canonical search begins with the first two threads.
std::optional<Traced> fewer_between_two(ShrinkSession& session, const Traced& now) {
  const Case bare = without_sites(now.recorded);
  if (now.preemptions > 0) {
    const auto forced = one_forced_choice(session, bare);
    if (forced && session.is_smaller(forced->recorded, now.recorded)) return forced;
  }
  // If some choices are not preemptions, a schedule of as many preemptions may be the smaller case.
  const std::uint32_t end = only_preempts(now) ? now.preemptions : choice_count(now.recorded) + 1;
  for (std::uint32_t preemptions = 0; preemptions < end; ++preemptions) {
    const auto fewer = search_canonical(session, bare, preemptions, kPairExecutionsMax, 2);
    if (fewer.found && session.is_smaller(*fewer.found, now.recorded)) return traced(session, *fewer.found);
  }
  return std::nullopt;
}

// Gives the canonical schedule with as many preemptions as `now`. If it is not found, slides the choices of `now`.
Traced take_canonical(ShrinkSession& session, const Traced& now, Minimum& minimum) {
  session.begin_pass("canonical schedule");
  const Case bare = without_sites(now.recorded);
  const auto canonical = search_canonical(session, bare, now.preemptions, kCanonicalExecutionsMax);
  if (!canonical.complete && !session.over()) say(minimum.stopped_early, "canonical_executions_max reached");
  if (canonical.found && !session.is_smaller(now.recorded, *canonical.found)) {
    minimum.canonical = canonical.complete;
    return traced(session, *canonical.found).value_or(now);
  }
  session.begin_pass("slide choices");
  return traced(session, slide_choices(session, bare, now.preemptions)).value_or(now);
}

// Finds the smallest schedule at fixed settings: the fewest preemptions, and of these schedules the canonical one.
Minimum smallest_schedule(ShrinkSession& session, const Case& failing, const ShrinkOptions& options) {
  Minimum minimum{.failing = failing};
  auto now = traced(session, failing);
  if (!now) {
    minimum.preemptions = session.preemptions_of(failing).value_or(choice_count(failing));
    return minimum;
  }
  if (!only_preempts(*now)) {  // no canonical schedule has such choices
    session.begin_pass("bypass choices");
    const Case shorter = bypass_choices(session, without_sites(now->recorded));
    now = traced(session, remove_choices(session, shorter)).value_or(*now);
  }
  session.begin_pass("fewer preemptions between two threads");
  if (const auto fewer = fewer_between_two(session, *now)) {
    now = fewer;
    minimum.canonical = true;
  }
  session.begin_pass("proof that none fails with fewer");
  const auto fewer =
      search_fewer_preemptions(session, without_sites(now->recorded), now->preemptions, options.proof_executions_max);
  minimum.proven = fewer.proven;
  if (fewer.found && session.is_smaller(*fewer.found, now->recorded)) {
    if (const auto found = traced(session, *fewer.found)) now = found;
    minimum.proven = true;  // schedules with fewer preemptions came first
    minimum.canonical = false;
  }
  if (!minimum.proven) {
    minimum.not_proven =
        session.over() ? session.stopped_by() : "more schedules with fewer preemptions than proof_executions_max";
  }
  // The proof runs only preemptions. With more of the other choices, fewer preemptions might be enough.
  if (!only_preempts(*now)) {
    minimum.proven = false;
    minimum.not_proven = "some of its choices are made where a thread waits or ends";
  }

  if (!minimum.canonical) now = take_canonical(session, *now, minimum);
  minimum.failing = now->recorded;
  minimum.preemptions = now->preemptions;
  return minimum;
}

Minimum minimum_from(ShrinkSession& session, const Case& failing, bool shape, const ShrinkOptions& options) {
  constexpr std::size_t kLong = 4'096;  // with more data, copies of the case cost more than most runs
  session.begin_pass("remove choices");
  Case now = remove_choices(session, without_sites(failing));
  if (now.data.size() > kLong) now = reduce_data(session, std::move(now), kDataExecutionsMax);
  Minimum minimum{.failing = now};
  // A simpler schedule may fail at smaller settings, and smaller settings may need a simpler schedule.
  for (bool first = true;; first = false) {
    const CaseSize before = session.size_of(now);
    session.begin_pass(shape ? "settings with shape" : "settings");
    now = descend_settings(session, std::move(now), shape, options.settings_linear_max);
    if (!now.data.empty()) {
      session.begin_pass("data");
      now = reduce_data(session, std::move(now), kDataExecutionsMax);
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

// Also shrinks the cases that the proof finds. Each of them has smaller settings than the one before.
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
    if (session.is_smaller(any_shape.failing, smallest.failing)) smallest = any_shape;
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
