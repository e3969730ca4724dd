#include "os/exit_code.h"

#include <csignal>
#include <iterator>
#include <utility>

#include "os/interrupt.h"

namespace straylane {
namespace {

// The status and the exit code of each ErrorCode, in their order.
constexpr std::pair<const char*, ExitCode> kOutcomes[] = {{"usage", ExitCode::kUsage},
                                                          {"malformed", ExitCode::kUsage},
                                                          {"malformed", ExitCode::kUsage},
                                                          {"unsupported", ExitCode::kUnsupported},
                                                          {"not-reproducible", ExitCode::kNotReproducible},
                                                          {"not-reproducible", ExitCode::kNotReproducible},
                                                          {"storage", ExitCode::kStorage},
                                                          {"interrupted", ExitCode::kInterrupted},
                                                          {"internal", ExitCode::kUsage}};
static_assert(std::size(kOutcomes) == static_cast<std::size_t>(ErrorCode::kInternal) + 1);

const auto& outcome_of(const Error& error) { return kOutcomes[static_cast<std::size_t>(error.code)]; }

}  // namespace

ExitCode exit_code_of_interrupt() {
  return interrupt_signal == SIGTERM  ? ExitCode::kTerminated
         : interrupt_signal == SIGHUP ? ExitCode::kHungUp
                                      : ExitCode::kInterrupted;
}

ExitCode exit_code_of(const Error& error) {
  return error.code == ErrorCode::kInterrupted ? exit_code_of_interrupt() : outcome_of(error).second;
}

const char* status_of(const Error& error) { return outcome_of(error).first; }

ErrorCode error_code_of(int exit_status) {
  const auto code = static_cast<ExitCode>(exit_status);
  return code == ExitCode::kUnsupported ? ErrorCode::kUnsupported
         : code == ExitCode::kStorage   ? ErrorCode::kStorage
                                        : ErrorCode::kInternal;
}

}  // namespace straylane
