#include "bench/fuzz_rate.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <cstring>

#include "target/beside_program.h"

extern char** environ;

namespace straylane {
namespace {

// An empty target runs two million inputs in a second.
constexpr std::uint64_t kEmptyRunsFactor = 50;

// Seconds that `binary` takes for `runs` inputs.
Expected<double> seconds_of(const std::string& binary, std::uint64_t runs) {
  std::string count = fmt::format("-runs={}", runs);
  std::string name = binary;
  std::string seed = "-seed=1";
  std::string length = "-len_control=0";
  char* arguments[] = {name.data(), count.data(), seed.data(), length.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t pid = -1;
  const int error = posix_spawn(&pid, binary.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return make_error(ErrorCode::kInternal, fmt::format("{}: {}", binary, std::strerror(error)));
  int status = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0) {
    return make_error(ErrorCode::kInternal, fmt::format("{} ended with status {}", binary, status));
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Expected<FuzzRates> measure_fuzz_rates(std::uint32_t rounds, std::uint64_t runs) {
  const auto host = beside_program("fuzz/fuzz_host");
  const auto empty = beside_program("bench/fuzz_empty");
  if (host.empty() || empty.empty()) {
    return make_error(ErrorCode::kUnsupported, "fuzz_host was not built: libFuzzer's runtime or LLVM 19 is missing");
  }
  FuzzRates rates{.runs = runs};
  for (std::uint32_t round = 0; round < rounds; ++round) {
    // No time is that of a first input, with the start of the process and the first build.
    double at[4] = {};
    const std::uint64_t marks[4] = {1, runs, 2 * runs, runs * kEmptyRunsFactor};
    for (int i = 0; i < 4; ++i) {
      const auto seconds = seconds_of((i < 3 ? host : empty).string(), marks[i]);
      if (!seconds) return tl::unexpected(seconds.error());
      at[i] = *seconds;
    }
    const auto started = seconds_of(empty.string(), 1);
    if (!started) return tl::unexpected(started.error());
    rates.early.push_back(static_cast<double>(runs) / (at[1] - at[0]));
    rates.late.push_back(static_cast<double>(runs) / (at[2] - at[1]));
    rates.empty.push_back(static_cast<double>(marks[3]) / (at[3] - *started));
  }
  return rates;
}

}  // namespace straylane
