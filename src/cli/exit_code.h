#pragma once

#include "domain/error.h"

namespace straylane {

// What the program's exit status says; see README.md.
enum class ExitCode : int {
  kClean = 0,
  kUsage = 1,  // usage, malformed input, or an internal error
  kFinding = 2,
  kNotReproducible = 3,
  kStorage = 4,
  kUnsupported = 5,
  kInterrupted = 130,
  kTerminated = 143,
};

ExitCode exit_code_of(const Error& error);
// Of an interrupt that has been taken note of (os/interrupt.h).
ExitCode exit_code_of_interrupt();

// Whether it is about what was asked for, on the command line or in a file it names: nothing else needs to be tried.
bool is_usage(const Error& error);

// Prints "straylane: <message>" on stderr, one line (a compiler's further diagnostics are one more line each), and
// gives the exit code.
ExitCode report_error(const Error& error);

}  // namespace straylane
