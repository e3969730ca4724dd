#pragma once

#include "domain/error.h"

namespace straylane {

// The exit statuses of our programs (README.md). The command line, the fuzz entry points and the campaign that runs
// them share this table.
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
// Returns what the `status` of a document calls an error: "unsupported", "interrupted", "not-reproducible", "storage",
// "malformed", "usage", "internal".
const char* status_of(const Error& error);
// Gives the status for the signal in `interrupt_signal` (os/interrupt.h).
ExitCode exit_code_of_interrupt();

// Gives the error that a fuzz entry point's exit status stands for: kUnsupported, kStorage, or kInternal for any other
// status.
ErrorCode error_code_of(int exit_status);

}  // namespace straylane
