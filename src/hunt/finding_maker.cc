#include "hunt/finding_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "codec/token_codec.h"
#include "explain/necessary_order.h"
#include "hunt/confirm.h"
#include "hunt/shrink_dead_worker.h"
#include "hunt/shrink_failure.h"
#include "os/files.h"
#include "os/interrupt.h"
#include "os/temporary_folder.h"
#include "run/determinism.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kFoldersMax = 1'000;     // of one bucket, for as many kernels
constexpr std::size_t kFindingBytesMax = 64 << 20;
constexpr std::uint32_t kBuildReplays = 3;       // a build is the same every time
constexpr std::uint32_t kDeadWorkerReplays = 3;  // each starts a worker
constexpr std::uint32_t kHungReplays = 1;        // waits for the whole of its time limit

// Whether the finding in `folder` is one of this kernel: the factory's where there is none.
bool same_kernel(const fs::path& folder, const std::optional<KernelSource>& kernel) {
  if (!kernel) return true;
  return std::all_of(kernel->files.begin(), kernel->files.end(), [&folder](const auto& file) {
    const auto there = read_file(folder / file.first, file.second.size());
    return there && *there == file.second;
  });
}

// Whether the finding in `folder` has this cause.
bool is_of_cause(const fs::path& folder, const std::optional<Explanation>& why) {
  const auto there = read_file(folder / "finding.json", kFindingBytesMax);
  return !there || !why || same_cause(cause_places_of(*there), cause_places(why->order));
}

}  // namespace

Expected<void> FindingMaker::make(const RunResult& failing, Finding& finding) {
  finding.failure = *failing.verdict.failure;
  finding.controlled = target_.info().controlled;
  finding.bucket = bucket_of(finding.failure);
  finding.kernel = target_.info().kernel;
  finding.found = failing.recorded;
  finding.minimal = failing.recorded;
  auto made = complete(failing, finding);
  if (made || made.error().code != ErrorCode::kInterrupted) return made;
  hooks_.say(fmt::format("interrupted while {}: what is known so far is kept", finding.unfinished));
  if (auto written = write(finding, finding.bucket + "-unfinished", ""); !written) return written;
  return made;
}

Expected<void> FindingMaker::complete(const RunResult& failing, Finding& finding) {
  const RunEnd end = failing.observation.end;
  std::string repro;
  if (end == RunEnd::kCrashed || end == RunEnd::kTimeout) {
    finding.unfinished = "shrinking";
    if (auto shrunk = shrink_dead_worker(failing, finding); !shrunk) return shrunk;
    finding.unfinished = "replaying";
    if (auto again = replay_dead_worker(failing, finding); !again) return again;
  } else {
    finding.unfinished = "shrinking";
    if (auto trace = traced(finding.found, finding.bucket); !trace) return tl::unexpected(trace.error());
    finding.minimal = finding.found;
    if (auto shrunk = shrink_to_minimum(failing, finding); !shrunk) return shrunk;
    if (auto token = case_to_token(finding.minimal)) finding.token = *token;
    finding.unfinished = "replaying";
    const bool built_only = !target_.info().cannot_launch.empty();
    const std::uint32_t times = built_only ? std::min(kBuildReplays, options_.replays) : options_.replays;
    auto counted = replay(target_, finding.minimal, finding.bucket, times);
    if (!counted) return tl::unexpected(counted.error());
    finding.replays = {counted->times, counted->reproduced, counted->traces_distinct};
    if (counted->times < times) return make_error(ErrorCode::kInterrupted, "interrupted");
    const std::string traces = !finding.controlled ? "no traces"
                                                   : fmt::format("{} distinct trace{}", counted->traces_distinct,
                                                                 counted->traces_distinct == 1 ? "" : "s");
    hooks_.say(fmt::format("replayed {} of {} times, {}", counted->reproduced, counted->times, traces));
    finding.unfinished = "explaining";
    if (auto explained = explain_it(finding); !explained) return explained;
    finding.unfinished = "confirming";
    auto confirmed = confirm(finding);
    if (!confirmed) return tl::unexpected(confirmed.error());
    repro = std::move(*confirmed);
  }
  finding.unfinished.clear();
  return write(finding, finding.bucket, repro);
}

Expected<void> FindingMaker::shrink_dead_worker(const RunResult& failing, Finding& finding) {
  const auto start = Clock::now();
  DeadWorkerOptions options;
  // One that dies slowly must not be taken for one that hangs.
  if (failing.observation.end == RunEnd::kCrashed) options.timeout_ms = RunOptions{}.timeout_ms;
  auto shrunk = straylane::shrink_dead_worker(target_, finding.found, finding.bucket, options);
  if (!shrunk) return tl::unexpected(shrunk.error());
  finding.shrink_executions = shrunk->executions;
  finding.stopped_early = shrunk->stopped_early;
  if (shrunk->minimal) {  // at the usual time limit it must fail, too
    auto result = run_case(target_, *shrunk->minimal, {});
    if (!result) return tl::unexpected(result.error());
    finding.shrunk = result->verdict.failure && bucket_of(*result->verdict.failure) == finding.bucket;
    if (finding.shrunk) finding.minimal = finding.minimal_any_block = result->recorded;
  }
  finding.shrink_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (!finding.shrunk) return {};
  if (auto token = case_to_token(finding.minimal)) finding.token = *token;
  const Settings& s = finding.minimal.launches[0];
  hooks_.say(fmt::format("shrunk in {:.2f} s, {} executions: array_size {}, buffer_size {}, n_threads {}",
                         finding.shrink_seconds, finding.shrink_executions, s.array_size, s.buffer_size, s.n_threads));
  return {};
}

Expected<void> FindingMaker::replay_dead_worker(const RunResult& failing, Finding& finding) {
  const std::uint32_t times = failing.observation.end == RunEnd::kTimeout ? kHungReplays : kDeadWorkerReplays;
  auto counted = replay(target_, finding.minimal, finding.bucket, times);
  if (!counted) return tl::unexpected(counted.error());
  if (counted->times < times) return make_error(ErrorCode::kInterrupted, "interrupted");
  if (counted->reproduced == 0) {
    const std::string& how = failing.observation.end_detail;
    return make_error(ErrorCode::kNotReproducible,
                      fmt::format("the worker {} ({}), and did not when the case was run {} times more",
                                  failing.observation.end == RunEnd::kCrashed ? "died" : "hung", how, counted->times));
  }
  finding.replays = {counted->times, counted->reproduced, counted->traces_distinct};
  finding.confirmation = "the schedule of a run that ends its process is not known";
  return {};
}

Expected<void> FindingMaker::shrink_to_minimum(const RunResult& failing, Finding& finding) {
  const auto start = Clock::now();
  auto shrunk = shrink_failure(target_, failing.recorded, finding.bucket, options_.shrink, causes_);
  if (!shrunk) return tl::unexpected(shrunk.error());
  finding.shrink_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  finding.shrink_executions = shrunk->executions;
  finding.minimal = shrunk->minimal.failing;
  finding.minimal_any_block = shrunk->minimal_any_block.failing;
  finding.preemptions = shrunk->minimal.preemptions;
  finding.preemptions_any_block = shrunk->minimal_any_block.preemptions;
  finding.proven = shrunk->minimal.proven ||
                   (shrunk->minimal_any_block.proven && finding.preemptions == finding.preemptions_any_block);
  finding.proven_at = shrunk->minimal.proven ? fmt::format("block_size {}", finding.minimal.launches[0].block_size)
                      : finding.proven ? fmt::format("block_size {}", finding.minimal_any_block.launches[0].block_size)
                                       : "";
  finding.not_proven = finding.proven ? "" : shrunk->minimal.not_proven;
  finding.stopped_early =
      shrunk->minimal.stopped_early.empty() ? shrunk->minimal_any_block.stopped_early : shrunk->minimal.stopped_early;
  if (!finding.controlled) {
    finding.proven = false;
    finding.proven_at.clear();
  }
  const SmallerSettingsProof& smaller = shrunk->smaller_settings;
  finding.smaller_settings = {.tried = finding.controlled && options_.shrink.settings_proof_executions_max > 0,
                              .proven = smaller.proven,
                              .settings = smaller.settings,
                              .cases = smaller.cases,
                              .reason = smaller.reason};
  if (shrunk->interrupted) {  // the smallest so far, which cannot be run once more
    finding.shrunk = true;
    return make_error(ErrorCode::kInterrupted, "interrupted");
  }
  auto trace = traced(finding.minimal, finding.bucket);
  if (!trace) return tl::unexpected(trace.error());
  finding.trace = std::move(*trace);
  auto trace_any = traced(finding.minimal_any_block, finding.bucket);
  if (!trace_any) return tl::unexpected(trace_any.error());
  finding.trace_any_block = std::move(*trace_any);
  finding.shrunk = true;
  const Settings& s = finding.minimal.launches[0];
  const std::string preemptions =
      !finding.controlled ? "its schedule is not known"
                          : fmt::format("{} preemption{}", finding.preemptions, finding.preemptions == 1 ? "" : "s");
  hooks_.say(fmt::format("shrunk in {:.2f} s, {} executions: array_size {}, buffer_size {}, n_threads {}, {}",
                         finding.shrink_seconds, finding.shrink_executions, s.array_size, s.buffer_size, s.n_threads,
                         preemptions));
  return {};
}

Expected<void> FindingMaker::explain_it(Finding& finding) {
  if (!finding.controlled || !target_.info().cannot_launch.empty()) return {};
  const Observation& trace = finding.trace_any_block;
  if (trace.trace.empty()) return {};  // what could not be built has not run
  auto why = explain(guided_runs(target_, finding.bucket, continuation_bounds(trace)), finding.minimal_any_block, trace,
                     options_.explain);
  if (!why) return tl::unexpected(why.error());
  const std::size_t count = why->order.orderings.size();
  hooks_.say(fmt::format("explained in {:.2f} s, {} executions: {}", why->seconds,
                         why->order.executions + why->no_return.executions,
                         !why->order.stopped_early.empty() ? why->order.stopped_early
                         : count == 0                      ? "it fails whatever the order"
                                                           : fmt::format("it takes {} ordering{}", count, count == 1 ? "" : "s")));
  finding.why = std::move(*why);
  if (!cause_places(finding.why->order).empty()) finding.cause = order_digest(finding.why->order);
  return {};
}

Expected<Observation> FindingMaker::traced(Case& c, const std::string& bucket) {
  auto result = run_case(target_, c, {.trace = true, .events = true, .strict = true});
  if (!result) return tl::unexpected(result.error());
  if (!result->verdict.failure || bucket_of(*result->verdict.failure) != bucket) {
    return make_error(
        ErrorCode::kNotReproducible,
        fmt::format("the failure did not come again when it was replayed ({}){}",
                    result->verdict.reason.empty() ? to_string(result->verdict.kind) : result->verdict.reason.c_str(),
                    target_.info().controlled ? ": please report this"
                                              : ", and the schedule of this target is not under control"));
  }
  c = result->recorded;
  return std::move(result->observation);
}

Expected<std::string> FindingMaker::confirm(Finding& finding) {
  if (const std::string& target = target_.info().name; target != "numba") {
    finding.confirmation = target == "cuda" ? "its compiler and driver are the stock system"
                                            : fmt::format("what {} finds says nothing about a GPU", target);
    return std::string();
  }
  const auto repro = hooks_.render_repro(finding.minimal, finding.trace, finding.failure);
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
  hooks_.say(fmt::format("stock interpreter, stock simulator, real threads: {}",
                         finding.confirmed == Confirmed::kStock ? "confirmed, " + finding.confirmation
                                                                : "not confirmed, " + finding.confirmation));
  return *repro;
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
    // Kernels fail in the same bucket that have nothing to do with each other, and one kernel for different causes.
    const bool same = same_kernel(folder, finding.kernel) && is_of_cause(folder, finding.why);
    if (*written || i == kFoldersMax || same) return {};
  }
}

}  // namespace straylane
