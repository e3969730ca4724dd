#include "targets/worker/worker_target.h"

#include <fmt/format.h>

#include <algorithm>

#include "program/canary/canaries.h"
#include "program/factory/factory_program.h"
#include "program/programs.h"

namespace straylane {

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

// A canary says something about the process that a campaign uses: that of the target's own program.
WorkerTarget::Kind WorkerTarget::kind_of(const Case& c) const {
  const bool own = info_.kernel || c.program.empty() || find_canary(c.program) != nullptr;
  return {own ? info_.program.name : c.program, c.granularity};
}

Expected<WorkerProcess*> WorkerTarget::worker_for(const Kind& kind) {
  std::erase(recent_, kind);
  recent_.push_back(kind);
  const auto found = workers_.find(kind);
  if (found != workers_.end()) return &found->second;
  while (recent_.size() > kWorkersMax) {
    workers_.erase(recent_.front());
    recent_.erase(recent_.begin());
  }
  const auto command = command_for(kind);
  if (!command) return tl::unexpected(command.error());
  auto worker = WorkerProcess::start(*command);
  if (!worker) return make_error(worker.error().code, with_advice(worker.error().message));
  // A finding holds one kernel: what was found so far, and what comes, must be found in it.
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
