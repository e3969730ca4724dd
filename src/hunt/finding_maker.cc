#include "hunt/finding_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "codec/token_codec.h"
#include "domain/counted_noun.h"
#include "explain/necessary_order.h"
#include "hunt/confirm.h"
#include "hunt/shrink_failure.h"
#include "os/files.h"
#include "os/interrupt.h"
#include "run/same_bucket.h"
#include "search/portfolio.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kFoldersMax = 1'000;     // of one bucket, for as many kernels
constexpr std::uint32_t kBuildReplays = 3;       // a build is the same every time
constexpr std::uint32_t kDeadWorkerReplays = 3;  // each starts a worker
constexpr std::uint32_t kHungReplays = 1;        // takes all of its time limit

bool worker_died(const RunResult& result) {
  return result.observation.end == RunEnd::kCrashed || result.observation.end == RunEnd::kTimeout;
}

// Tells whether the finding in `folder` is of this kernel; without one, of the factory's.
bool same_kernel(const fs::path& folder, const std::optional<KernelSource>& kernel) {
  if (!kernel) return true;
  return std::ranges::all_of(kernel->files, [&folder](const auto& file) {
    const auto there = read_file(folder / file.first, file.second.size());
    return there && *there == file.second;
  });
}

}  // namespace

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Finding start_finding(const TargetInfo& info, const RunResult& failing) {
  const bool built_only = !info.cannot_launch.empty();
  Finding finding{.target = info.name,
                  .controlled = info.controlled,
                  .can_confirm = info.cannot_confirm.empty(),
                  .schema = info.program.schema,
                  .sources = info.sources,
                  .failure = *failing.verdict.failure,
                  .found = failing.recorded,
                  .launches_to_failure = built_only ? 0 : launches_of(failing),
                  .kernel = info.kernel};
  finding.bucket = bucket_of(finding.failure);
  if (finding.found.program != info.program.name && !info.sources.other_entry.empty()) {
    std::string& entry = finding.sources.entry = info.sources.other_entry;
    entry.replace(entry.find('*'), 1, finding.found.program);
  }
  if (const TargetKind* kind = find_target_kind(info.name)) finding.exports = kind->exports;
  if (info.program.hypothesis && info.names_threads) {
    finding.hypothesis = HypothesisCheck{*info.program.hypothesis, {}};
    count_failure(finding.failure, *finding.hypothesis);
  }
  return finding;
}

void count_failure(const Failure& failure, HypothesisCheck& check) {
  ++check.count.failing;
  if (failure.fact(check.hypothesis.fact).value_or(0) != 0) ++check.count.holding;
}

Expected<void> FindingMaker::make(const RunResult& failing, Finding& finding) {
  auto made = complete(failing, finding);
  if (made || made.error().code != ErrorCode::kInterrupted) return made;
  hooks_.say(fmt::format("interrupted while {}: what is known so far was kept", finding.unfinished));
  if (auto written = write(finding, finding.bucket + "-unfinished", ""); !written) return written;
  return made;
}

Expected<void> FindingMaker::complete(const RunResult& failing, Finding& finding) {
  const bool died = worker_died(failing);
  finding.unfinished = "shrinking";
  if (auto shrunk = died ? shrink_dead_worker(failing, finding) : shrink_to_minimum(failing, finding); !shrunk) {
    return shrunk;
  }
  finding.unfinished = "replaying";
  if (auto replayed = replay_minimal(failing, finding); !replayed) return replayed;
  std::string repro;
  if (!died) {
    finding.unfinished = "explaining";
    if (auto explained = explain_it(finding); !explained) return explained;
    finding.unfinished = "confirming";
    if (auto confirmed = assign(repro, confirm(finding)); !confirmed) return confirmed;
  }
  finding.unfinished.clear();
  return write(finding, finding.bucket, repro);
}

void FindingMaker::note_shrunk(Finding& finding, const std::string& schedule) const {
  if (auto token = case_to_token(finding.minimal(), finding.schema)) finding.token = std::move(*token);
  hooks_.say(fmt::format("shrunk in {:.2f} s, {}: {}{}", finding.shrunk->seconds,
                         counted_noun(finding.shrunk->executions, "execution"),
                         finding.schema.describe(finding.minimal().calls), schedule));
}

Expected<void> FindingMaker::shrink_dead_worker(const RunResult& failing, Finding& finding) {
  const auto start = Clock::now();
  DeadWorkerOptions options;
  // A worker that dies slowly must not count as one that hangs.
  if (failing.observation.end == RunEnd::kCrashed) options.timeout_ms = RunOptions{}.timeout_ms;
  auto smaller = smaller_settings_of_dead_worker(target_, finding.found, finding.bucket, options);
  if (!smaller) return tl::unexpected(smaller.error());
  if (!smaller->minimal) return {};
  auto result = run_case(target_, *smaller->minimal, {});  // it must also fail with the usual time limit
  if (!result) return tl::unexpected(result.error());
  if (!fails_in(*result, finding.bucket)) return {};
  const Minimum minimum{.failing = result->recorded, .stopped_early = smaller->stopped_early};
  finding.shrunk = Shrunk{.minimal = minimum,
                          .minimal_any_shape = minimum,
                          .executions = smaller->executions,
                          .seconds = seconds_since(start)};
  note_shrunk(finding, "");
  return {};
}

Expected<void> FindingMaker::replay_minimal(const RunResult& failing, Finding& finding) {
  const Observation& observation = failing.observation;
  const bool died = worker_died(failing);
  const bool built_only = !target_.info().cannot_launch.empty();
  const std::uint32_t times = observation.end == RunEnd::kTimeout ? kHungReplays
                              : died                              ? kDeadWorkerReplays
                              : built_only                        ? std::min(kBuildReplays, options_.replays)
                                                                  : options_.replays;
  const auto counted = replay(target_, finding.minimal(), finding.bucket, times);
  if (!counted) return tl::unexpected(counted.error());
  if (died && counted->times == times && counted->reproduced == 0) {
    return make_error(
        ErrorCode::kNotReproducible,
        fmt::format("the worker {} ({}), but not when the case was run {} more times",
                    observation.end == RunEnd::kCrashed ? "died" : "hung", observation.end_detail, times));
  }
  finding.replays = {counted->times, counted->reproduced, counted->traces_distinct};
  if (counted->times < times) return make_error(ErrorCode::kInterrupted, "interrupted");
  if (died) {
    finding.confirmation = "the schedule of a run that ends its process is not known";
    return {};
  }
  const std::string traces =
      finding.controlled ? counted_noun(counted->traces_distinct, "distinct trace") : "no traces";
  hooks_.say(fmt::format("replayed {} of {} times, {}", counted->reproduced, counted->times, traces));
  return {};
}

Expected<void> FindingMaker::shrink_to_minimum(const RunResult& failing, Finding& finding) {
  if (auto trace = traced(finding.found, finding.bucket); !trace) return tl::unexpected(trace.error());
  const auto start = Clock::now();
  auto made = shrink_failure(target_, failing.recorded, finding.bucket, options_.shrink, causes_);
  if (!made) return tl::unexpected(made.error());
  Shrunk& shrunk = finding.shrunk.emplace(std::move(made->shrunk));
  shrunk.seconds = seconds_since(start);
  if (!finding.controlled) {  // nothing can be proven if schedules are not known
    shrunk.minimal.proven = shrunk.minimal_any_shape.proven = false;
    shrunk.smaller_settings.reset();
  }
  // The finding keeps the smallest case so far, without a trace.
  if (made->interrupted) return make_error(ErrorCode::kInterrupted, "interrupted");
  const auto both = assign(finding.trace, traced(shrunk.minimal.failing, finding.bucket)).and_then([&] {
    return assign(finding.trace_any_shape, traced(shrunk.minimal_any_shape.failing, finding.bucket));
  });
  if (!both) return both;
  note_shrunk(finding, finding.controlled ? ", " + counted_noun(shrunk.minimal.preemptions, "preemption")
                                          : ", its schedule is not known");
  return {};
}

Expected<void> FindingMaker::explain_it(Finding& finding) {
  if (!finding.controlled || !target_.info().cannot_launch.empty()) return {};
  const Observation& trace = finding.trace_any_shape;
  if (trace.trace.empty()) return {};  // a program that could not be built has not run
  auto why = explain(guided_runs(target_, finding.bucket, continuation_bounds(trace)), finding.minimal_any_shape(),
                     trace, options_.explain);
  if (!why) return tl::unexpected(why.error());
  const std::size_t count = why->order.orderings.size();
  hooks_.say(fmt::format("explained in {:.2f} s, {} executions: {}", why->seconds,
                         why->order.executions + why->no_return.executions,
                         !why->order.stopped_early.empty() ? why->order.stopped_early
                         : count == 0                      ? "it fails whatever the order"
                                                           : "it takes " + counted_noun(count, "ordering")));
  finding.why = std::move(*why);
  if (!cause_places(finding.why->order).empty()) finding.cause = order_digest(finding.why->order);
  return {};
}

Expected<Observation> FindingMaker::traced(Case& c, const std::string& bucket) {
  auto result = run_case(target_, c, {.trace = true, .events = true, .strict = true});
  if (!result) return tl::unexpected(result.error());
  if (!fails_in(*result, bucket)) {
    return make_error(
        ErrorCode::kNotReproducible,
        fmt::format("the failure did not recur when it was replayed ({}){}",
                    result->verdict.reason.empty() ? to_string(result->verdict.kind) : result->verdict.reason.c_str(),
                    target_.info().controlled ? ": please report this"
                                              : ", and the schedule of this target is not under control"));
  }
  c = result->recorded;
  return std::move(result->observation);
}

Expected<std::string> FindingMaker::confirm(Finding& finding) {
  if (!finding.can_confirm) {
    finding.confirmation = target_.info().cannot_confirm;
    return std::string();
  }
  const auto repro = hooks_.render_repro(finding);
  if (!repro) {
    finding.confirmation = repro.error().message;
    return std::string();
  }
  const TemporaryFolder folder;
  auto files = hooks_.render_folder(finding, *repro);
  if (auto written = write_new_folder(folder.path() / "repro", files); !written) {
    finding.confirmation = written.error().message;
    return *repro;
  }
  const Confirmation confirmation = confirm_on_stock(folder.path() / "repro", options_.python, finding.failure);
  if (interrupt_signal != 0) return make_error(ErrorCode::kInterrupted, "interrupted");
  finding.confirmed = confirmation.confirmed;
  finding.confirmation = confirmation.detail;
  hooks_.say(fmt::format("stock interpreter, stock simulator, real threads: {}confirmed, {}",
                         finding.confirmed == Confirmed::kStock ? "" : "not ", finding.confirmation));
  return *repro;
}

// Tells whether the finding in `folder` has the same cause as this one.
bool FindingMaker::is_of_cause(const fs::path& folder, const Finding& finding) const {
  if (!finding.why || !hooks_.order_of_folder) return true;
  const auto there = hooks_.order_of_folder(folder);
  return !there || same_cause(cause_places(*there), cause_places(finding.why->order));
}

Expected<void> FindingMaker::write(Finding& finding, const std::string& name, const std::string& repro) {
  for (std::uint32_t i = 1;; ++i) {
    const fs::path folder = fs::path(options_.out) / (i == 1 ? name : fmt::format("{}-{}", name, i));
    finding.folder = folder.string();
    auto written = write_new_folder(folder, hooks_.render_folder(finding, repro));
    if (!written) {
      finding.folder.clear();
      return tl::unexpected(written.error());
    }
    finding.folder_was_there = !*written;
    // Unrelated kernels can fail in the same bucket, and one kernel for different causes.
    const bool same = same_kernel(folder, finding.kernel) && is_of_cause(folder, finding);
    if (*written || i == kFoldersMax || same) return {};
  }
}

}  // namespace straylane
