#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "generate/setting_classes.h"
#include "run/run_case.h"

namespace straylane {

// The properties that every target must have, whatever program it runs. Each is checked with settings drawn with the
// edges of the schema, random schedules, the real build and the real launch.
struct PropertyOptions {
  std::string filter;               // checks only properties whose name contains it
  std::uint32_t max_success = 200;  // cases for each property
  std::uint64_t seed = 1;
};

struct PropertyResult {
  std::string name;
  bool passed = false;
  std::uint64_t cases = 0;
  double seconds = 0;
  std::string unsupported;           // why its cases could not be launched; the property has not passed then
  std::string detail;                // the counterexample, or what else is wrong; empty if it passed
  std::optional<RunResult> failing;  // the run that failed an oracle, if one did
  ClassCounts classes;
};

// The property that runs cases against every oracle.
inline constexpr const char* kOracleProperty = "launch-meets-every-oracle";

// Returns the names of all properties, in the order in which they are checked.
std::vector<std::string> property_names();

// Checks the properties that the filter selects, and calls `started` before each.
//
// - Leaves out properties of schedules if the schedule is not under control, and those of outputs if nothing can be
//   launched.
// - Draws cases from RapidCheck's generators and shrinks nothing, which is the work of src/shrink.
// - If the target breaks or an interrupt ends the run, `results` holds the properties checked so far.
//
// Errors: kUsage if the filter selects nothing; kInterrupted; those of the target.
Expected<void> run_properties(Target& target, const PropertyOptions& options,
                              const std::function<void(const std::string& name)>& started,
                              std::vector<PropertyResult>& results);

}  // namespace straylane
