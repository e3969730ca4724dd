#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "targets/target.h"
#include "targets/worker/worker_process.h"

namespace straylane {

// What targets that run in worker processes have in common. One worker process for each program and granularity that
// cases ask for, the last kWorkersMax that were needed; a worker that died, hung or is left dirty is replaced, and the
// cases after it go to the next one.
//
// A target derived from it (1) says how a worker is started (`command_for`), (2) may add to the reason why one could
// not be (`with_advice`), (3) calls `start` once, before it is handed out.
class WorkerTarget : public Target {
 public:
  const TargetInfo& info() const override { return info_; }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 protected:
  using Kind = std::pair<std::string, Granularity>;  // program and granularity

  // Starts the worker of the factory kernel, or of `info.kernel`, which then is launched whatever program a case names.
  // Completes `info` with what the worker says of itself: program, system, the kernel's files, cannot_launch,
  // builds_for. kUnsupported with the reason, and what installs what is missing; kMalformed where the kernel cannot be
  // built.
  Expected<void> start(TargetInfo info);

  TargetInfo info_;

 private:
  static constexpr std::size_t kWorkersMax = 4;  // each is an interpreter or a compiler: about 100 MB

  virtual Expected<WorkerProcess::Command> command_for(const Kind& kind) const = 0;
  virtual std::string with_advice(const std::string& reason) const { return reason; }

  Kind kind_of(const Case& c) const;
  Expected<WorkerProcess*> worker_for(const Kind& kind);
  // Runs a prefix of `cases`, at least one, on one worker, appending to `observations`.
  Expected<void> run_on(const Kind& kind, std::span<const Case> cases, const RunOptions& options,
                        std::vector<Observation>& observations);

  std::map<Kind, WorkerProcess> workers_;
  std::vector<Kind> recent_;  // kinds of `workers_`, the one needed last at the end
};

}  // namespace straylane
