#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "domain/case.h"

namespace straylane {

// A planted race that shows itself only where the schedule is controlled at one primitive. The worker of any program
// launches the canaries of its target, too, so that they say something about the very process that a campaign uses.
struct Canary {
  const char* primitive;  // what is shown to be controlled, in the words of the report
  const char* program;    // corpus/planted/canary_*.py, corpus/planted/host/PROGRAM.cu
  // A part of the statement at which the one choice of the failing schedule must stand, for a program with several
  // primitives; empty where the program has no other place at which a choice makes it fail.
  const char* statement = "";
};

// The canaries that a target can run.
enum class CanarySet : std::uint8_t {
  kNone,       // it has no control over schedules
  kSimulator,  // corpus/planted/canary_*.py: primitives of the interpreter and of Python's threading
  kDevice,     // corpus/planted/host/canary_device.cu: device memory, atomics, barriers, warp functions
};

// Those of the set that apply at `granularity`.
std::span<const Canary> canaries_of(CanarySet set, Granularity granularity);

// What canaries are launched with: three threads in one block. If one of two waits, there is no choice.
Settings canary_settings();

// The canary of that program, or null.
const Canary* find_canary(std::string_view program);

}  // namespace straylane
