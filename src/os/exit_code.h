#pragma once

#include "domain/error.h"

namespace straylane {

// What the exit status of our programs says; see README.md. The one table of the command line, the fuzz entry points
// and the campaign that runs those.
enum class ExitCode : int {
  kClean = 0,
  kUsage = 1,  // usage, malformed input, or an internal error
  kFinding = 2,
  kNotReproducible = 3,
  kStorage = 4,
  kUnsupported = 5,
  kHungUp = 129,
  kInterrupted = 130,
  kTerminated = 143,
};

ExitCode exit_code_of(const Error& error);
// For an interrupt that has been noted (os/interrupt.h).
ExitCode exit_code_of_interrupt();

// The way back, for the exit status of a fuzz entry point: kUnsupported, kStorage, or kInternal for any other status.
ErrorCode error_code_of(int exit_status);

}  // namespace straylane
