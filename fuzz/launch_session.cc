#include "fuzz/launch_session.h"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "campaign/engine_variables.h"
#include "codec/bytes_codec.h"
#include "codec/one_line.h"
#include "codec/token_codec.h"
#include "fuzz/engine_hooks.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/input_file.h"
#include "os/exit_code.h"

namespace straylane {
namespace {

constexpr std::size_t kMessageLengthMax = 400;

bool in_campaign() { return !environment(engine_variable::kCampaign, "").empty(); }

// Does not call exit(), which an engine takes for a crash of the input.
[[noreturn]] void stop(const Error& error) {
  const int status = static_cast<int>(exit_code_of(error));
  fmt::print(stderr, "straylane: error: {}\n", one_line(error.message, kMessageLengthMax));
  if (in_campaign()) {  // an engine that started this process may not pass its exit status on
    fmt::print(stderr, "straylane: exit status {}\n", status);
  }
  std::fflush(nullptr);
  std::_Exit(status);
}

std::string describe(const Case& c, const Schema& schema) {
  std::string text = schema.describe(c.calls);
  if (!c.data.empty()) text += fmt::format("; {} bytes of data", c.data.size());
  if (const auto* recorded = std::get_if<RecordedForm>(&c.schedule)) {
    text += fmt::format("; {} choices", recorded->size());
  }
  // No digest: the run was not traced, so there are no sites to compare with.
  const auto token = case_to_token(TokenCase{c, 0}, schema);
  return token ? fmt::format("{} token {}", text, *token) : text;
}

}  // namespace

std::string describe(const Failure& failure, const Program& program) {
  std::string text = failure.exception_type.empty() ? "" : failure.exception_type + ": ";
  text += one_line(failure.message, kMessageLengthMax);
  if (!failure.function.empty()) text += " in " + failure.function;
  text += " (" + failure.oracle;
  if (failure.thread) text += ", thread " + to_string(*failure.thread);
  if (program.hypothesis && failure.fact(program.hypothesis->fact).value_or(0) != 0) {
    text += ", " + program.hypothesis->name;
  }
  return text + ")";
}

LaunchSession& LaunchSession::of_process() {
  static LaunchSession session;
  // Tells the last counts when an engine ends by itself. Registered after the session's destructor, so that it runs
  // before it.
  static const int told = std::atexit([] {
    if (session.voice_) session.voice_->tell();
  });
  (void)told;
  return session;
}

LaunchSession::LaunchSession()
    : program_name_(environment(engine_variable::kProgram, "")),
      keep_going_(environment(engine_variable::kKeepGoing, "")) {
  if (in_campaign()) {
    fmt::print(stderr, "straylane: begins\n");
    tell_what_ends_the_process();
  }
  auto target = open_fuzz_target();
  if (!target) stop(target.error());
  target_ = std::move(*target);
  if (program_name_.empty()) program_name_ = program().name;
  if (!in_campaign()) return;
  voice_.emplace();
  // An engine that merges corpora starts processes of its own, and does not end them if it is killed.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

Case LaunchSession::case_of(std::span<const std::uint8_t> input) const {
  Case c = case_from_bytes(input, schema());
  c.program = program_name_;
  return c;
}

// Builds the result in place (NRVO), because moving one costs a tenth of a small run.
Expected<RunResult> LaunchSession::run_or_stop(std::span<const std::uint8_t> input) {
  auto result = run_case(*target_, case_of(input), options_);
  finish_run();
  if (!result) stop(result.error());
  const Verdict& verdict = result->verdict;
  if (verdict.kind == VerdictKind::kHarnessError) stop({ErrorCode::kInternal, verdict.reason});
  if (verdict.kind == VerdictKind::kUnsupported) stop({ErrorCode::kUnsupported, verdict.reason});
  return result;
}

Verdict LaunchSession::run(std::span<const std::uint8_t> input) { return run_or_stop(input)->verdict; }

VerdictKind LaunchSession::run(std::span<const std::uint8_t> input, std::span<std::uint8_t, kPairCounters> counters) {
  const auto result = run_or_stop(input);
  count_run(result->recorded, schema(), result->observation, counters);
  const VerdictKind kind = result->verdict.kind;
  if (kind == VerdictKind::kFail) on_finding(input, *result);
  if (voice_) voice_->on_run(*result, counters);
  return kind;
}

void LaunchSession::on_finding(std::span<const std::uint8_t> input, const RunResult& result) {
  const Failure& failure = *result.verdict.failure;
  const std::string bucket = bucket_of(failure);
  const std::string message = describe(failure, program());
  if (voice_) return voice_->on_failure(bucket, message, input, case_size(case_from_bytes(input, schema()), schema()));
  if (!buckets_.insert(bucket).second) return;
  fmt::print(stderr, "straylane: finding {}\n", bucket);
  fmt::print(stderr, "straylane: {}\n", message);
  fmt::print(stderr, "straylane: case {}\n", describe(result.recorded, schema()));
  if (keep_going_.empty()) std::abort();
  const auto path = write_input(keep_going_, bucket + ".input", input);
  if (!path) stop(path.error());
  fmt::print(stderr, "straylane: input {}\n", *path);
}

}  // namespace straylane
