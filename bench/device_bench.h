#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "domain/error.h"
#include "targets/host/worker/device_coverage.h"
#include "targets/host/worker/device_runtime.h"
#include "targets/host/worker/device_sites.h"
#include "targets/host/worker/program_builder.h"

namespace straylane {

// The inside of a worker of target host (HostCaseRunner) without its messages. It measures only building and launching
// the factory kernel. There can be one per process, like DeviceRuntime.
class DeviceBench {
 public:
  // Errors: kUnsupported if the device sources are not beside the program; kInternal if the kernel cannot be built.
  static Expected<std::unique_ptr<DeviceBench>> open(bool with_coverage);

  // Valid until the next call.
  Expected<DeviceProgram*> build(std::int64_t buffer_size);
  // Makes one launch as the worker does, from `begin` to `drain`. Error: kInternal if it went wrong.
  Expected<void> launch(DeviceProgram& program, const FactorySettings& settings, const Schedule& schedule);
  // What the last launch wrote.
  const Output& output() const { return runtime_.outputs().back(); }

 private:
  DeviceBench() = default;

  std::array<std::uint8_t, 1'024> edges_{};
  std::array<std::uint8_t, 6 * 1'024> compares_{};
  DeviceCoverage coverage_{edges_, compares_};
  SiteTable sites_;
  DeviceSites device_sites_{sites_};
  DeviceRuntime runtime_{sites_};
  SharedSource kernel_;
  SharedSource allocator_;
  std::unique_ptr<ProgramBuilder> builder_;
  LentProgram program_;
};

}  // namespace straylane
