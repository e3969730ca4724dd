#include "targets/worker/worker_target.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>

#include "program/canary/canaries.h"
#include "program/factory/factory_program.h"
#include "program/program.h"

namespace straylane {
namespace {

constexpr std::uint32_t kStartTimeoutMs = 120'000;
constexpr std::chrono::milliseconds kOwnEndTime{1'000};

// Returns how much address space a worker gets; 0: no limit. The shadow memory of a build with sanitizers needs more.
std::uint64_t address_space_max([[maybe_unused]] bool limited) {
#ifdef STRAYLANE_SANITIZER_LIBRARIES
  return 0;
#else
  return limited ? std::uint64_t{16} << 30 : 0;
#endif
}

}  // namespace

Expected<WorkerProcess> WorkerProcess::start(const Command& command) {
  using worker_protocol::FrameError;
  WorkerProcess worker;
  worker.log_ = OwnedFd(memfd_create("straylane-worker", MFD_CLOEXEC));
  auto child = Child::exec({.arguments = command.arguments, .environment = command.environment},
                           {.channel = ChildSetup::Channel::kSocket,
                            .output = worker.log_.get(),
                            .ignored_signals = {SIGINT, SIGHUP},
                            .address_space_max = address_space_max(command.address_space_limited)});
  if (auto started = assign(worker.child_, std::move(child)); !started) return tl::unexpected(started.error());

  const std::string& program = command.arguments.front();
  const auto frame = worker_protocol::read_frame(worker.fd(), kStartTimeoutMs);
  if (!frame && frame.error() == FrameError::kInterrupted) return make_error(ErrorCode::kInterrupted, "interrupted");
  if (!frame) {
    const bool hung = frame.error() == FrameError::kTimedOut;
    std::string why = hung ? fmt::format("not ready after {} s: ", kStartTimeoutMs / 1'000) : "";
    why += worker.end();
    if (!why.starts_with(program + ": ")) why = fmt::format("{}: {}", program, why);  // else it could not be run
    return make_error(ErrorCode::kUnsupported, why);
  }
  auto hello = worker_protocol::decode_hello(*frame);
  if (!hello) return tl::unexpected(hello.error());
  if (hello->program_is_wrong) return make_error(ErrorCode::kMalformed, hello->error);
  if (!hello->error.empty()) {
    return make_error(ErrorCode::kUnsupported, fmt::format("{}: {}", program, hello->error));
  }
  worker.hello_ = std::move(*hello);
  return worker;
}

std::string WorkerProcess::last_line() const {
  std::array<char, 4096> text{};
  const off_t size = lseek(log_.get(), 0, SEEK_END);
  const off_t from = size > static_cast<off_t>(text.size()) ? size - static_cast<off_t>(text.size()) : 0;
  const ssize_t n = pread(log_.get(), text.data(), text.size(), from);
  std::string log(text.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!log.empty() && (log.back() == '\n' || log.back() == ' ')) log.pop_back();
  log.erase(0, log.find_last_of('\n') + 1);
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };  // a terminal would obey it
  std::ranges::replace_if(log, is_control, ' ');
  return log;
}

std::string WorkerProcess::end() {
  // A process that has closed its end is about to end by itself. Waiting for it shows its own exit status.
  child_.wait(kOwnEndTime);
  child_.kill();
  const std::string line = last_line();
  return line.empty() ? child_.end().text() : fmt::format("{} ({})", line, child_.end().text());
}

Expected<void> WorkerTarget::start(TargetInfo info) {
  const std::string program = info.kernel ? info.kernel->program : factory_program().name;
  const auto worker = worker_for({program, Granularity::kSwitch});
  if (!worker) return tl::unexpected(worker.error());
  const worker_protocol::Hello& hello = (*worker)->hello();
  info_ = std::move(info);
  info_.program = program_named(program);
  info_.program.name = program;
  info_.program.schema = hello.schema;
  info_.system = hello.system;
  if (info_.kernel) info_.kernel->files = hello.files;
  info_.cannot_launch = hello.cannot_launch;
  info_.builds_for = hello.builds_for;
  return {};
}

// A canary runs in the worker of the target's own program, because it must test the process that a campaign uses.
WorkerTarget::Kind WorkerTarget::kind_of(const Case& c) const {
  const bool own = info_.kernel || c.program.empty() || find_canary(c.program) != nullptr;
  return {own ? info_.program.name : c.program, c.granularity};
}

Expected<WorkerProcess*> WorkerTarget::worker_for(const Kind& kind) {
  std::erase(recent_, kind);
  recent_.push_back(kind);
  if (const auto found = workers_.find(kind); found != workers_.end()) return &found->second;
  while (recent_.size() > kWorkersMax) {
    workers_.erase(recent_.front());
    recent_.erase(recent_.begin());
  }
  const auto command = command_for(kind);
  if (!command) return tl::unexpected(command.error());
  auto worker = WorkerProcess::start(*command);
  if (!worker) return make_error(worker.error().code, with_advice(worker.error().message));
  // A finding contains one kernel, so all that was found and will be found must be found in the same one.
  if (info_.kernel && worker->hello().files != info_.kernel->files) {
    return make_error(ErrorCode::kMalformed, fmt::format("{}: was edited while it was being run", info_.kernel->path));
  }
  return &workers_.emplace(kind, std::move(*worker)).first->second;
}

Expected<std::vector<Observation>> WorkerTarget::run(std::span<const Case> cases, const RunOptions& options) {
  std::vector<Observation> observations;
  while (observations.size() < cases.size()) {
    const auto rest = cases.subspan(observations.size());
    const Kind kind = kind_of(rest.front());
    const auto other = std::find_if(rest.begin(), rest.end(), [&](const Case& c) { return kind_of(c) != kind; });
    const auto same = rest.first(static_cast<std::size_t>(other - rest.begin()));
    if (auto ok = run_on(kind, same, options, observations); !ok) return tl::unexpected(ok.error());
  }
  return observations;
}

Expected<void> WorkerTarget::run_on(const Kind& kind, std::span<const Case> cases, const RunOptions& options,
                                    std::vector<Observation>& observations) {
  const auto worker = worker_for(kind);
  if (!worker) return tl::unexpected(worker.error());
  WorkerProcess& process = **worker;
  const auto lost = [&](worker_protocol::FrameError why) {
    const bool hung = why == worker_protocol::FrameError::kTimedOut;
    Observation o;
    o.end = hung ? RunEnd::kTimeout : RunEnd::kCrashed;
    o.end_detail = hung ? fmt::format("no answer within {} ms", options.timeout_ms) : process.end();
    o.dirty = true;
    observations.push_back(std::move(o));
    workers_.erase(kind);
  };
  if (auto sent = worker_protocol::write_frame(process.fd(), worker_protocol::encode(cases, options)); !sent) {
    lost(sent.error());
    return {};
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto frame = worker_protocol::read_frame(process.fd(), options.timeout_ms);
    if (!frame && frame.error() == worker_protocol::FrameError::kInterrupted) {
      workers_.erase(kind);
      return make_error(ErrorCode::kInterrupted, "interrupted");
    }
    if (!frame) {
      lost(frame.error());
      return {};
    }
    auto observation = worker_protocol::decode_run(*frame, process.sites());
    if (!observation) return tl::unexpected(observation.error());
    const bool dirty = observation->dirty;
    observations.push_back(std::move(*observation));
    if (dirty) {  // the worker has ended itself; the cases after this one have not been run
      workers_.erase(kind);
      return {};
    }
  }
  return {};
}

}  // namespace straylane
