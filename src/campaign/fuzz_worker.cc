#include "campaign/fuzz_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <utility>

#include "codec/sha1.h"
#include "os/exit_code.h"
#include "os/files.h"

namespace straylane {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kQuickDeath{2};
constexpr milliseconds kFirstWait{50};
constexpr milliseconds kLongestWait{5'000};
constexpr milliseconds kLongestWaitByInput{400};  // a death by an input is progress, too

// libFuzzer's own exit statuses. The other ones of a fuzz binary are in os/exit_code.h.
constexpr int kExitTimeout = 70;
constexpr int kExitMemory = 71;
constexpr int kExitInterrupted = 72;
constexpr int kExitCrash = 77;

std::string why_ended(const ChildEnd& end) {
  static const std::map<int, const char*> kWhy = {{kExitTimeout, "input took too long"},
                                                  {kExitMemory, "input took too much memory"},
                                                  {kExitCrash, "input crashed it"},
                                                  {kExitInterrupted, "interrupted from outside"}};
  const auto why = kWhy.find(end.exit_status);
  return why == kWhy.end() ? end.text() : why->second;
}

}  // namespace

bool FuzzWorker::due() const { return !process_ && !ended_ && !asked_to_end_ && Clock::now() >= next_start_; }

Expected<void> FuzzWorker::start(const std::vector<std::string>& command, const EngineEnvironment& environment,
                                 std::unique_ptr<AflProcess> afl, std::filesystem::path artifacts) {
  if (auto started = assign(process_, EngineProcess::start(command, environment)); !started) return started;
  afl_ = std::move(afl);
  artifacts_ = std::move(artifacts);
  started_ = Clock::now();
  return {};
}

Expected<std::optional<EngineDeath>> FuzzWorker::advance() {
  if (!process_) return std::optional<EngineDeath>();
  process_->advance();
  if (afl_) {
    if (auto death = advance_afl(); !death || *death) return death;
  }
  // The caller takes the last failures first.
  if (!process_->ended() || process_->log.failures_left()) return std::optional<EngineDeath>();
  return take_end();
}

// Does what afl-fuzz leaves to others: takes its new inputs into the corpus, and keeps the inputs that ended the
// process below it. If the target cannot run, afl-fuzz would go on for ever.
Expected<std::optional<EngineDeath>> FuzzWorker::advance_afl() {
  FuzzLog& log = process_->log;
  if (log.exit_status()) process_->child.kill();
  const auto figures = afl_->take_inputs(process_->ended());
  if (!figures) return tl::unexpected(figures.error());
  log.add_from_file(*figures);
  std::optional<EngineDeath> death;
  for (const EndedBy& ended : log.take_ended_by()) {
    const bool too_long = ended.signal == SIGTERM;
    if (too_long && asked_to_end_) continue;  // the input was running when we asked the engine to end
    const std::filesystem::path path = artifacts_ / ((too_long ? "timeout-" : "crash-") + sha1_hex(ended.input));
    if (!is_there(path)) {
      const auto written = write_new_file(path, {ended.input.begin(), ended.input.end()});
      if (!written) return tl::unexpected(written.error());
    }
    const int status = too_long ? kExitTimeout : kExitCrash;
    if (!death) death = EngineDeath{.by_input = true, .why = why_ended({.exit_status = status}), .artifacts = {}};
    death->artifacts.push_back(path.string());
  }
  return death;
}

Expected<std::optional<EngineDeath>> FuzzWorker::take_end() {
  const EngineProcess process = *std::exchange(process_, std::nullopt);
  const FuzzLog& log = process.log;
  const ChildEnd& end = process.child.end();
  afl_.reset();
  earlier_.add(log.figures());
  const int code = log.exit_status().value_or(end.shell_status());
  ended_ = code == 0 || asked_to_end_;
  if (ended_) return std::optional<EngineDeath>();
  // A worker that is killed while it starts looks like one that cannot run, so the engine is started once more.
  const ErrorCode error = error_code_of(code);
  cannot_run_ = error == ErrorCode::kUnsupported ? cannot_run_ + 1 : 0;
  if (cannot_run_ > 1 || error == ErrorCode::kStorage) return make_error(error, log.reason());
  EngineDeath death{.why = why_ended(end), .artifacts = log.artifacts()};
  death.by_input = (code == kExitCrash || code == kExitTimeout || code == kExitMemory) && !death.artifacts.empty();
  quick_deaths_ = Clock::now() - started_ < kQuickDeath ? std::min(quick_deaths_ + 1, kQuickDeathsMax) : 0;
  const milliseconds longest_wait = death.by_input ? kLongestWaitByInput : kLongestWait;
  next_start_ = Clock::now() + std::min(longest_wait, kFirstWait * (1 << quick_deaths_));
  if (death.by_input || quick_deaths_ < kQuickDeathsMax) return death;
  return make_error(ErrorCode::kInternal, fmt::format("job {}: {} engine processes in a row died at once: {} ({})",
                                                      job_, quick_deaths_, log.reason(), death.why));
}

std::vector<ToldFailure> FuzzWorker::take_failures() {
  return process_ ? process_->log.take_failures() : std::vector<ToldFailure>();
}

void FuzzWorker::interrupt() {
  asked_to_end_ = true;
  ended_ = !process_;
  if (process_) process_->interrupt();
}

void FuzzWorker::kill() {
  asked_to_end_ = true;
  ended_ = !process_;
  if (process_) process_->child.kill();
}

EngineFigures FuzzWorker::figures() const {
  EngineFigures figures = earlier_;
  if (process_) figures.add(process_->log.figures());
  return figures;
}

DiscoveryEstimate FuzzWorker::seen() const { return process_ ? process_->log.seen() : DiscoveryEstimate{}; }

const char* FuzzWorker::state() const {
  return ended_ ? "ended" : !process_ ? "waiting" : process_->log.ready() ? "running" : "starting";
}

void FuzzWorker::measure_rate() {
  const auto before = std::exchange(measured_, Clock::now());
  const double seconds = std::chrono::duration<double>(measured_ - before).count();
  const std::uint64_t now = figures().executions;
  const std::uint64_t more = now - std::min(now, std::exchange(executions_measured_, now));
  executions_per_s_ = seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(more) / seconds + 0.5) : 0;
}

WorkerTick FuzzWorker::tick() const {
  return {job_, process_ ? process_->child.pid() : 0, figures().executions, executions_per_s_, state()};
}

}  // namespace straylane
