#include "target/numba/numba_target.h"

#include <fmt/format.h>

#include <algorithm>

#include "target/beside_program.h"

namespace straylane {
namespace {

std::string with_advice(const std::string& reason) {
  if (reason.find("No module named 'numba'") == std::string::npos &&
      reason.find("No module named 'numpy'") == std::string::npos) {
    return reason;
  }
  return reason + "; install it there, or use Debian's: apt-get install python3-numba";
}

}  // namespace

Expected<std::unique_ptr<Target>> NumbaTarget::open(const TargetOptions& options) {
  std::unique_ptr<NumbaTarget> target(new NumbaTarget(options));
  const auto worker = target->worker_for({"factory", Granularity::kSwitch});
  if (!worker) return tl::unexpected(worker.error());
  target->info_ = {"numba",
                   true,
                   (*worker)->system(),
                   {"yield points inserted into the simulator's modules as they are imported; its files are unchanged",
                    "threading, as those modules see it, runs threads on the interleaver",
                    "numpy.empty, as those modules see it, gives poisoned memory"}};
  return target;
}

Expected<WorkerProcess*> NumbaTarget::worker_for(const Kind& kind) {
  std::erase(recent_, kind);
  recent_.push_back(kind);
  const auto found = workers_.find(kind);
  if (found != workers_.end()) return &found->second;
  while (recent_.size() > kWorkersMax) {
    workers_.erase(recent_.front());
    recent_.erase(recent_.begin());
  }
  const std::string path = beside_program("python/_straylane_numba.abi3.so").parent_path();
  if (path.empty())
    return make_error(ErrorCode::kInternal, "python/_straylane_numba.abi3.so is not beside the program");
  auto worker = WorkerProcess::start({options_.python, path, kind.first, kind.second});
  if (!worker) return make_error(worker.error().code, with_advice(worker.error().message));
  return &workers_.emplace(kind, std::move(*worker)).first->second;
}

Expected<std::vector<Observation>> NumbaTarget::run(std::span<const Case> cases, const RunOptions& options) {
  std::vector<Observation> observations;
  while (observations.size() < cases.size()) {
    const auto rest = cases.subspan(observations.size());
    const Kind kind{rest.front().program, rest.front().granularity};
    const auto other = std::find_if(rest.begin(), rest.end(), [&kind](const Case& c) {
      return Kind{c.program, c.granularity} != kind;
    });
    const auto same = rest.first(static_cast<std::size_t>(other - rest.begin()));
    if (auto ok = run_on(kind, same, options, observations); !ok) return tl::unexpected(ok.error());
  }
  return observations;
}

Expected<void> NumbaTarget::run_on(const Kind& kind, std::span<const Case> cases, const RunOptions& options,
                                   std::vector<Observation>& observations) {
  const auto worker = worker_for(kind);
  if (!worker) return tl::unexpected(worker.error());
  WorkerProcess& process = **worker;
  const auto lost = [&](const std::string& why) {
    const bool hung = why == "timeout";
    Observation o;
    o.end = hung ? RunEnd::kTimeout : RunEnd::kCrashed;
    o.end_detail = hung ? fmt::format("no answer within {} ms", options.timeout_ms) : process.end();
    o.dirty = true;
    observations.push_back(std::move(o));
    workers_.erase(kind);
  };
  if (auto sent = numba_protocol::write_frame(process.fd(), numba_protocol::encode(cases, options)); !sent) {
    lost(sent.error().message);
    return {};
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto frame = numba_protocol::read_frame(process.fd(), options.timeout_ms);
    if (!frame && frame.error().code == ErrorCode::kInterrupted) {
      workers_.erase(kind);
      return tl::unexpected(frame.error());
    }
    if (!frame) {
      lost(frame.error().message);
      return {};
    }
    auto observation = numba_protocol::decode_run(*frame, process.sites());
    if (!observation) return tl::unexpected(observation.error());
    const bool dirty = observation->dirty;
    observations.push_back(std::move(*observation));
    if (dirty) {  // the worker has ended itself; the cases behind this one have not been run
      workers_.erase(kind);
      return {};
    }
  }
  return {};
}

}  // namespace straylane
