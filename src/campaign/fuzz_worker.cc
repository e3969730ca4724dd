#include "campaign/fuzz_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "codec/sha1.h"
#include "os/exit_code.h"
#include "os/files.h"

namespace straylane {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kQuickDeath{2};
constexpr milliseconds kFirstWait{50};
constexpr milliseconds kLongestWait{5'000};
constexpr milliseconds kLongestWaitByInput{400};  // that is work, too

// Exit statuses of libFuzzer's own; the others of a fuzz binary are in os/exit_code.h.
constexpr int kExitTimeout = 70;
constexpr int kExitMemory = 71;
constexpr int kExitInterrupted = 72;
constexpr int kExitCrash = 77;

std::string why_ended(const ChildEnd& end) {
  switch (end.exit_status) {
    case kExitTimeout:
      return "input took too long";
    case kExitMemory:
      return "input took too much memory";
    case kExitCrash:
      return "input crashed it";
    case kExitInterrupted:
      return "interrupted by somebody else";
    default:
      return end.text();
  }
}

}  // namespace

bool FuzzWorker::due() const { return !process_ && !ended_ && !asked_to_end_ && Clock::now() >= next_start_; }

Expected<void> FuzzWorker::start(const std::vector<std::string>& command, const FuzzJob::Environment& environment,
                                 std::unique_ptr<AflProcess> afl, std::filesystem::path artifacts) {
  auto process = FuzzJob::start(command, environment);
  if (!process) return tl::unexpected(process.error());
  process_ = std::move(*process);
  afl_ = std::move(afl);
  artifacts_ = std::move(artifacts);
  counts_.clear();
  started_ = Clock::now();
  return {};
}

Expected<std::optional<EngineEnd>> FuzzWorker::advance() {
  if (!process_) return std::optional<EngineEnd>();
  process_->advance();
  if (afl_) {
    if (auto end = advance_afl(); !end || *end) return end;
  }
  if (!process_->ended()) return std::optional<EngineEnd>();
  return judge(*process_);
}

// What AFL++ leaves to others: its inputs, and those that ended the process below it. It would go on for ever with a target
// that cannot run.
Expected<std::optional<EngineEnd>> FuzzWorker::advance_afl() {
  if (process_->log().exit_status()) process_->kill();
  const auto new_inputs = afl_->take_inputs(process_->ended());
  if (!new_inputs) return tl::unexpected(new_inputs.error());
  const AflFigures figures = afl_->figures();
  process_->take_figures(figures.executions, figures.features, *new_inputs, afl_->files_read());
  std::optional<EngineEnd> end;
  for (const EndedBy& ended : process_->take_ended_by()) {
    const bool too_long = ended.signal == SIGTERM;
    if (too_long && asked_to_end_) continue;  // it was in the middle of it
    const std::filesystem::path path = artifacts_ / ((too_long ? "timeout-" : "crash-") + sha1_hex(ended.input));
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      if (auto ok = write_new_file(path, {ended.input.begin(), ended.input.end()}); !ok) return tl::unexpected(ok.error());
    }
    const int status = too_long ? kExitTimeout : kExitCrash;
    if (!end) end.emplace(EngineEnd{EngineEnd::Kind::kByInput, why_ended({.exit_status = status}), {}});
    end->artifacts.push_back(path.string());
  }
  return end;
}

Expected<std::optional<EngineEnd>> FuzzWorker::judge(const FuzzJob& process) {
  const FuzzLog log = process.log();
  const ChildEnd process_end = process.end();
  if (!process.log().failures_left()) {
    put_away(log);
    process_.reset();
  } else {
    return std::optional<EngineEnd>();  // what it told last is taken first
  }
  const int code = log.exit_status().value_or(process_end.shell_status());
  afl_.reset();
  EngineEnd end;
  if (code == 0 || asked_to_end_) {
    ended_ = true;
    return end;
  }
  // A worker that is killed while it starts looks like one that cannot run: it is tried once more.
  const ErrorCode error = error_code_of(code);
  cannot_run_ = error == ErrorCode::kUnsupported ? cannot_run_ + 1 : 0;
  if (cannot_run_ > 1) return make_error(ErrorCode::kUnsupported, log.reason());
  if (error == ErrorCode::kStorage) return make_error(ErrorCode::kStorage, log.reason());
  end.why = why_ended(process_end);
  end.artifacts = log.artifacts();
  const bool by_input = code == kExitCrash || code == kExitTimeout || code == kExitMemory;
  end.kind = by_input && !end.artifacts.empty() ? EngineEnd::Kind::kByInput : EngineEnd::Kind::kDied;
  wait_before_next(end.kind);
  if (end.kind == EngineEnd::Kind::kByInput || quick_deaths_ < kQuickDeathsMax) return end;
  return make_error(ErrorCode::kInternal, fmt::format("job {}: {} engine processes in a row died at once: {} ({})", job_,
                                                      quick_deaths_, log.reason(), end.why));
}

void FuzzWorker::wait_before_next(EngineEnd::Kind kind) {
  const bool by_input = kind == EngineEnd::Kind::kByInput;
  quick_deaths_ = Clock::now() - started_ < kQuickDeath ? std::min(quick_deaths_ + 1, kQuickDeathsMax) : 0;
  next_start_ = Clock::now() + std::min(by_input ? kLongestWaitByInput : kLongestWait, kFirstWait * (1 << quick_deaths_));
}

void FuzzWorker::put_away(const FuzzLog& log) {
  executions_ += log.executions();
  new_inputs_ += log.new_inputs();
  features_ = std::max(features_, log.features());
  edges_reached_ = std::max(edges_reached_, log.edges_reached());
  edges_ = std::max(edges_, log.edges());
  schedules_ += log.schedules();
}

std::vector<NewFailure> FuzzWorker::take_failures() {
  std::vector<NewFailure> failures;
  if (!process_) return failures;
  for (ToldFailure& told : process_->take_failures()) {
    std::uint64_t& counted = counts_[told.bucket];
    const std::uint64_t more = told.count - std::min(counted, told.count);
    counted += more;
    failures.push_back({std::move(told), more});
  }
  return failures;
}

void FuzzWorker::interrupt() {
  asked_to_end_ = true;
  if (process_) {
    process_->interrupt();
  } else {
    ended_ = true;
  }
}

void FuzzWorker::kill() {
  asked_to_end_ = true;
  if (process_) process_->kill();
  ended_ = !process_;
}

std::uint64_t FuzzWorker::executions() const { return executions_ + (process_ ? process_->log().executions() : 0); }

std::uint64_t FuzzWorker::new_inputs() const { return new_inputs_ + (process_ ? process_->log().new_inputs() : 0); }

std::uint64_t FuzzWorker::features() const {
  return std::max(features_, process_ ? process_->log().features() : 0);
}

std::uint64_t FuzzWorker::edges_reached() const {
  return std::max(edges_reached_, process_ ? process_->log().edges_reached() : 0);
}

std::uint64_t FuzzWorker::edges() const { return std::max(edges_, process_ ? process_->log().edges() : 0); }

std::uint64_t FuzzWorker::files_read() const { return process_ ? process_->log().files_read() : 0; }

std::uint64_t FuzzWorker::schedules() const { return schedules_ + (process_ ? process_->log().schedules() : 0); }

DiscoveryEstimate FuzzWorker::seen() const { return process_ ? process_->log().seen() : DiscoveryEstimate{}; }

const char* FuzzWorker::state() const {
  return ended_ ? "ended" : !process_ ? "waiting" : ready() ? "running" : "starting";
}

WorkerTick FuzzWorker::tick(double seconds) {
  const std::uint64_t now = executions();
  const std::uint64_t more = now - std::min(now, executions_last_tick_);
  executions_last_tick_ = now;
  const auto rate = seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(more) / seconds + 0.5) : 0;
  return {job_, process_ ? process_->pid() : 0, now, rate, state()};
}

}  // namespace straylane
