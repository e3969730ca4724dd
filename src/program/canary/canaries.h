#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "domain/case.h"

namespace straylane {

// A planted race that shows only if the schedule is controlled at one primitive. The worker of any program can also
// launch the canaries of its target, so that they test the very process that a campaign uses.
struct Canary {
  const char* primitive;  // the primitive that the race shows to be controlled, in the words of the report
  const char* program;    // corpus/planted/canary_*.py, corpus/planted/host/PROGRAM.cu
  // For a program with several primitives: part of the statement at which the only choice of the failing schedule must
  // be made. Empty if a choice at any other place cannot make the program fail.
  const char* statement = "";
};

// The canaries that a target can run.
enum class CanarySet : std::uint8_t {
  kNone,       // none: the target does not control schedules
  kSimulator,  // corpus/planted/canary_*.py: primitives of the interpreter and of Python's threading
  kDevice,     // corpus/planted/host/canary_device.cu: device memory, atomics, barriers, warp functions
};

// Returns the canaries of the set that apply at `granularity`.
std::span<const Canary> canaries_of(CanarySet set, Granularity granularity);

// Returns the settings for canaries: three threads in one block. With two threads there is no choice while one waits.
Settings canary_settings();

// Returns the canary of that program, or null.
const Canary* find_canary(std::string_view program);

}  // namespace straylane
