#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "target/numba/worker_process.h"
#include "target/target.h"

namespace straylane {

// Numba's own CUDA simulator under the interleaver. One worker process for each program and granularity that cases ask
// for, the last kWorkersMax that were needed; a worker that died, hung or is left dirty is replaced, and the cases
// behind go to the next one.
class NumbaTarget final : public Target {
 public:
  // Starts the worker of the factory kernel; kUnsupported with the reason, and what installs what is missing.
  static Expected<std::unique_ptr<Target>> open(const TargetOptions& options);

  const TargetInfo& info() const override { return info_; }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 private:
  static constexpr std::size_t kWorkersMax = 4;      // each is an interpreter with numba: about 100 MB
  using Kind = std::pair<std::string, Granularity>;  // program and granularity

  explicit NumbaTarget(TargetOptions options) : options_(std::move(options)) {}
  Expected<WorkerProcess*> worker_for(const Kind& kind);
  // Runs a prefix of `cases`, at least one, on one worker, appending to `observations`.
  Expected<void> run_on(const Kind& kind, std::span<const Case> cases, const RunOptions& options,
                        std::vector<Observation>& observations);

  TargetOptions options_;
  TargetInfo info_;
  std::map<Kind, WorkerProcess> workers_;
  std::vector<Kind> recent_;  // kinds of `workers_`, the one needed last behind
};

}  // namespace straylane
