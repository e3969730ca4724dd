#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "targets/target.h"

namespace straylane {

// Several targets of one kind as one: a batch is dealt out to them in pieces and the observations come back in the
// order of the cases. Each case is observed as by one target alone, so that whatever is made of the observations is the
// same for every number of jobs; only the time differs.
//
// The first target is driven by the caller's thread, each other one by a thread of its own, which also opens it: the
// processes that a thread has started end with it (PR_SET_PDEATHSIG), so it lives as long as its target.
class PooledTarget final : public Target {
 public:
  using Open = std::function<Expected<std::unique_ptr<Target>>()>;

  // Opens `jobs` of them, at least one, at the same time. The error is that of the first that cannot be opened.
  static Expected<std::unique_ptr<Target>> open(const Open& open, std::uint32_t jobs);
  ~PooledTarget() override;

  const TargetInfo& info() const override { return first_->info(); }
  // Errors: that of the first case, in their order, whose target gave one. All pieces have ended by then.
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 private:
  class Helper;
  struct Batch;

  explicit PooledTarget(std::vector<std::unique_ptr<Helper>> helpers);

  std::unique_ptr<Target> first_;
  std::vector<std::unique_ptr<Helper>> helpers_;
};

}  // namespace straylane
