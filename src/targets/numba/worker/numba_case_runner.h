#pragma once

#include <cstdint>
#include <string>

#include "targets/numba/worker/module_watch.h"
#include "targets/numba/worker/py.h"
#include "targets/worker/protocol.h"

namespace straylane {

// Runs cases on the simulator, one after another, in the worker's process.
class NumbaCaseRunner {
 public:
  // Imports the simulator and the program, instrumented. `driver` is the Python module straylane_numba.driver.
  worker_protocol::Hello start(const char* program, const char* granularity);

  worker_protocol::WireRun run(const Case& c, const RunOptions& options);

  ModuleWatch& watch() { return watch_; }

 private:
  bool call_one(const Settings& settings, worker_protocol::WireRun& run);

  PyRef driver_;
  PyRef call_;            // its function
  std::string selected_;  // the canary that the driver calls
  ModuleWatch watch_;
  std::size_t sites_sent_ = 0;
  std::uint64_t cases_ = 0;
};

}  // namespace straylane
