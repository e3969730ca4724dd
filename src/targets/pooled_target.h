#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "targets/target.h"

namespace straylane {

// Several targets of one kind as one. A batch is dealt out to them in pieces, and the observations come back in the
// order of the cases. Each case is observed as a single target would observe it, so the results are the same for every
// number of jobs. Only the time differs.
//
// The caller's thread drives the first target. Each other target has its own thread, which also opens it and lives as
// long as the target: processes end with the thread that started them (PR_SET_PDEATHSIG).
class PooledTarget final : public Target {
 public:
  using Open = std::function<Expected<std::unique_ptr<Target>>()>;

  // Opens `jobs` targets, at least one, at the same time. The error is that of the first that cannot be opened.
  static Expected<std::unique_ptr<Target>> open(const Open& open, std::uint32_t jobs);
  ~PooledTarget() override;

  const TargetInfo& info() const override { return first_->info(); }
  // Returns the error of the first case, in their order, whose target gave one. All pieces have ended by then.
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 private:
  class Helper;
  struct Batch;

  PooledTarget();

  std::unique_ptr<Target> first_;
  std::vector<std::unique_ptr<Helper>> helpers_;
};

}  // namespace straylane
