#include "os/exit_code.h"

#include <csignal>

#include "os/interrupt.h"

namespace straylane {

ExitCode exit_code_of_interrupt() {
  return interrupt_signal == SIGTERM  ? ExitCode::kTerminated
         : interrupt_signal == SIGHUP ? ExitCode::kHungUp
                                      : ExitCode::kInterrupted;
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

ErrorCode error_code_of(int exit_status) {
  switch (static_cast<ExitCode>(exit_status)) {
    case ExitCode::kUnsupported:
      return ErrorCode::kUnsupported;
    case ExitCode::kStorage:
      return ErrorCode::kStorage;
    default:
      return ErrorCode::kInternal;
  }
}

}  // namespace straylane
