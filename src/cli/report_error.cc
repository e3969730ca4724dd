#include "cli/report_error.h"

#include <fmt/format.h>

#include <cstdio>

namespace straylane {

bool is_usage(const Error& error) { return error.code == ErrorCode::kUsage || error.code == ErrorCode::kMalformed; }

ExitCode report_error(const Error& error) {
  fmt::print(stderr, "straylane: {}\n", error.message);
  return exit_code_of(error);
}

}  // namespace straylane
