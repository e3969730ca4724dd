#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "targets/host/worker/host_case_runner.h"
#include "targets/target.h"

namespace straylane {

// Target host without a worker process: device code runs in the caller's. For fuzzing engines, which want its counters
// and see to crashes and time-outs themselves; nothing here outlives them, and RunOptions::timeout_ms is not watched.
// One per process, as DeviceRuntime is.
class InProcessTarget final : public Target {
 public:
  // folder, program, user_file  as in HostCaseRunner::start
  // kUnsupported where the program cannot be built, with the compiler's words.
  static Expected<std::unique_ptr<Target>> open(HostCaseRunner::Options options, const std::string& folder,
                                                const std::string& program, const std::string& user_file = {});

  const TargetInfo& info() const override { return info_; }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 private:
  explicit InProcessTarget(HostCaseRunner::Options options) : runner_(std::move(options)) {}

  HostCaseRunner runner_;
  TargetInfo info_;
  std::vector<Site> sites_;
};

}  // namespace straylane
