#include "cli/exit_code.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include "os/interrupt.h"

namespace straylane {

ExitCode exit_code_of_interrupt() {
  return interrupt_signal == SIGTERM ? ExitCode::kTerminated : ExitCode::kInterrupted;
}

ExitCode exit_code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kUnsupported:
      return ExitCode::kUnsupported;
    case ErrorCode::kRefused:
    case ErrorCode::kNotReproducible:
      return ExitCode::kNotReproducible;
    case ErrorCode::kStorage:
      return ExitCode::kStorage;
    case ErrorCode::kInterrupted:
      return exit_code_of_interrupt();
    case ErrorCode::kUsage:
    case ErrorCode::kMalformed:
    case ErrorCode::kOutOfRange:
    case ErrorCode::kInternal:
      break;
  }
  return ExitCode::kUsage;
}

bool is_usage(const Error& error) { return error.code == ErrorCode::kUsage || error.code == ErrorCode::kMalformed; }

ExitCode report_error(const Error& error) {
  fmt::print(stderr, "straylane: {}\n", error.message);
  return exit_code_of(error);
}

}  // namespace straylane
