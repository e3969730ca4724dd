#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/finding.h"
#include "generate/setting_classes.h"
#include "run/run_case.h"

namespace straylane {

// The properties that every target must have, for whatever program it runs: settings drawn with the edges of its schema,
// random schedules, the real build and the real launch.
struct PropertyOptions {
  std::string filter;               // only properties whose name contains it
  std::uint32_t max_success = 200;  // cases of each property
  std::uint64_t seed = 1;
};

struct PropertyResult {
  std::string name;
  bool passed = false;
  std::uint64_t cases = 0;
  double seconds = 0;
  std::string unsupported;  // why its cases were built and not launched, and did not fail: it has not passed then
  std::string detail;       // the counterexample, or what else is wrong; empty where it passed
  std::optional<RunResult> failing;  // where a run failed an oracle: the case that did
  ClassCounts classes;
};

// The property that runs cases against every oracle.
inline constexpr const char* kOracleProperty = "launch-meets-every-oracle";

// The names, in the order in which they run.
std::vector<std::string> property_names();

// Runs what the filter leaves; kUsage where that is nothing. Properties that are about schedules are left out where the
// schedule is not under control, those that are about outputs where nothing can be launched. `started` is told of each
// before it runs. Cases come from RapidCheck's generators; nothing is shrunk here, which is the work of src/shrink.
// Where the target breaks or an interrupt ends it, `results` holds the properties that were checked until then.
Expected<void> run_properties(Target& target, const PropertyOptions& options,
                              const std::function<void(const std::string& name)>& started,
                              std::vector<PropertyResult>& results);

}  // namespace straylane
