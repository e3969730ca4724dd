#include "campaign/finding_maker.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "campaign/artifact_folder.h"
#include "campaign/confirm.h"
#include "campaign/shrink_failure.h"
#include "campaign/temporary_folder.h"
#include "codec/token_codec.h"
#include "run/determinism.h"
#include "target/interrupt.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kDeadWorkerReplays = 3;  // each starts a worker, or waits for one that hangs

}  // namespace

Expected<void> FindingMaker::make(const RunResult& failing, Finding& finding) {
  finding.failure = *failing.verdict.failure;
  finding.bucket = bucket_of(finding.failure);
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
    finding.unfinished = "replaying";
    if (auto again = replay_dead_worker(failing, finding); !again) return again;
  } else {
    finding.unfinished = "shrinking";
    if (auto trace = traced(finding.found, finding.bucket); !trace) return tl::unexpected(trace.error());
    finding.minimal = finding.found;
    if (auto shrunk = shrink_to_minimum(failing, finding); !shrunk) return shrunk;
    if (auto token = case_to_token(finding.minimal)) finding.token = *token;
    finding.unfinished = "replaying";
    auto counted = replay(target_, finding.minimal, finding.bucket, options_.replays);
    if (!counted) return tl::unexpected(counted.error());
    finding.replays = {counted->times, counted->reproduced, counted->traces_distinct};
    if (counted->times < options_.replays) return make_error(ErrorCode::kInterrupted, "interrupted");
    hooks_.say(fmt::format("replayed {} of {} times, {} distinct trace{}", counted->reproduced, counted->times,
                           counted->traces_distinct, counted->traces_distinct == 1 ? "" : "s"));
    finding.unfinished = "confirming";
    auto confirmed = confirm(finding);
    if (!confirmed) return tl::unexpected(confirmed.error());
    repro = std::move(*confirmed);
  }
  finding.unfinished.clear();
  return write(finding, finding.bucket, repro);
}

Expected<void> FindingMaker::replay_dead_worker(const RunResult& failing, Finding& finding) {
  auto counted = replay(target_, finding.found, finding.bucket, kDeadWorkerReplays);
  if (!counted) return tl::unexpected(counted.error());
  if (counted->times < kDeadWorkerReplays) return make_error(ErrorCode::kInterrupted, "interrupted");
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
  auto shrunk = shrink_failure(target_, failing.recorded, finding.bucket);
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
  finding.stopped_early = shrunk->minimal.stopped_early;
  auto trace = traced(finding.minimal, finding.bucket);
  if (!trace) return tl::unexpected(trace.error());
  finding.trace = std::move(*trace);
  auto trace_any = traced(finding.minimal_any_block, finding.bucket);
  if (!trace_any) return tl::unexpected(trace_any.error());
  finding.trace_any_block = std::move(*trace_any);
  finding.shrunk = true;
  const Settings& s = finding.minimal.launches[0];
  hooks_.say(
      fmt::format("shrunk in {:.2f} s, {} executions: array_size {}, buffer_size {}, n_threads {}, {} preemption{}",
                  finding.shrink_seconds, finding.shrink_executions, s.array_size, s.buffer_size, s.n_threads,
                  finding.preemptions, finding.preemptions == 1 ? "" : "s"));
  return {};
}

Expected<Observation> FindingMaker::traced(Case& c, const std::string& bucket) {
  auto result = run_case(target_, c, {.trace = true, .strict = true});
  if (!result) return tl::unexpected(result.error());
  if (!result->verdict.failure || bucket_of(*result->verdict.failure) != bucket) {
    return make_error(
        ErrorCode::kNotReproducible,
        fmt::format("the failure did not come again when it was replayed ({}): please report this",
                    result->verdict.reason.empty() ? to_string(result->verdict.kind) : result->verdict.reason.c_str()));
  }
  c = result->recorded;
  return std::move(result->observation);
}

Expected<std::string> FindingMaker::confirm(Finding& finding) {
  if (const std::string& target = target_.info().name; target != "numba") {
    finding.confirmation = fmt::format("what {} finds says nothing about a GPU", target);
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
  const fs::path folder = fs::path(options_.out) / name;
  finding.folder = folder.string();
  auto written = write_new_folder(folder, hooks_.render_folder(finding, repro));
  if (!written) {
    finding.folder.clear();
    return tl::unexpected(written.error());
  }
  finding.folder_was_there = !*written;
  return {};
}

}  // namespace straylane
