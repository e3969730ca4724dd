#pragma once

#include "os/exit_code.h"

namespace straylane {

// Whether it is about what was asked for, on the command line or in a file it names: nothing else needs to be tried.
bool is_usage(const Error& error);

// Prints "straylane: <message>" on stderr, one line (a compiler's further diagnostics are one more line each), and
// gives the exit code.
ExitCode report_error(const Error& error);

}  // namespace straylane
