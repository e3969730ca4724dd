#include "campaign/engine_process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <ranges>
#include <string_view>

#include "campaign/engine_variables.h"
#include "codec/bytes_codec.h"
#include "os/beside_program.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadBytesMax = 16 << 20;  // at once, from an engine that writes faster than we read

Expected<std::string> find_afl_fuzz() {
  const char* path = std::getenv("PATH");
  for (const auto part : std::views::split(std::string_view(path == nullptr ? "" : path), ':')) {
    const fs::path file = fs::path(part.begin(), part.end()) / "afl-fuzz";
    if (file.is_absolute() && access(file.c_str(), X_OK) == 0) return file.string();
  }
  return make_error(ErrorCode::kUnsupported, "afl-fuzz is missing: apt-get install afl++, then build again");
}

Expected<std::string> find_binary(const std::string& target, Engine engine) {
  const TargetKind& kind = *find_target_kind(target);
  const bool afl = engine == Engine::kAfl;
  const std::string name = kind.fuzz_binary + (afl ? "_afl" : "");
  for (const std::string& relative : {name, "fuzz/" + name}) {
    if (const fs::path file = beside_program(relative); !file.empty()) return file.string();
  }
  const bool needs_llvm = !kind.packages.empty();
  return make_error(ErrorCode::kUnsupported,
                    fmt::format("{} is not beside the program: {}{} was missing when it was built; "
                                "apt-get install {}{}, then build again",
                                name, afl ? "AFL++" : "libFuzzer's runtime", needs_llvm ? " or LLVM 19" : "",
                                afl ? "afl++" : "libclang-rt-19-dev", needs_llvm ? " " + kind.packages : ""));
}

}  // namespace

Expected<EnginePaths> find_engine(const std::string& target, Engine engine) {
  const auto afl_fuzz = engine == Engine::kAfl ? find_afl_fuzz() : "";
  if (!afl_fuzz) return tl::unexpected(afl_fuzz.error());
  return find_binary(target, engine).map([&](const std::string& binary) { return EnginePaths{binary, *afl_fuzz}; });
}

std::vector<std::string> libfuzzer_command(const std::string& binary, const FuzzOptions& options, std::uint64_t start,
                                           std::uint64_t runs_done, const std::string& artifacts) {
  // libFuzzer takes 32 bits of the seed, and draws one itself if it is 0.
  const std::uint64_t seed = (options.seed + start) % UINT32_MAX;
  std::vector<std::string> command = {binary,
                                      "-len_control=0",
                                      "-print_final_stats=1",
                                      "-report_slow_units=1000000",
                                      "-handle_xfsz=0",  // writing a file that is too large fails instead
                                      fmt::format("-max_len={}", byte_bounds::kEngineInputMax),
                                      fmt::format("-seed={}", seed == 0 ? UINT32_MAX : seed),
                                      fmt::format("-rss_limit_mb={}", options.rss_mb_max),
                                      fmt::format("-artifact_prefix={}/", artifacts)};
  if (find_target_kind(options.target)->fuzzed_in_process) {
    command.push_back(fmt::format("-timeout={}", options.input_time_s));
  }
  if (options.runs_max > 0) {
    command.push_back(fmt::format("-runs={}", options.runs_max - std::min(options.runs_max - 1, runs_done)));
  }
  command.push_back(options.corpus);
  command.insert(command.end(), options.seeds.begin(), options.seeds.end());
  return command;
}

EngineEnvironment engine_environment(const FuzzOptions& options) {
  EngineEnvironment environment = {
      {engine_variable::kTarget, options.target}, {engine_variable::kProgram, options.program},
      {engine_variable::kPython, options.python}, {engine_variable::kKernel, options.kernel},
      {engine_variable::kKeepGoing, ""},          {engine_variable::kCampaign, fs::absolute(options.folder).string()}};
  if (options.engine != Engine::kAfl) return environment;
  environment.insert(environment.end(), {{"AFL_NO_UI", "1"},
                                         {"AFL_DEBUG_CHILD", "1"},  // keeps what its child says on stderr
                                         {"AFL_NO_AFFINITY", "1"},
                                         {"AFL_SKIP_CPUFREQ", "1"},
                                         {"AFL_SKIP_CRASHES", "1"},  // its child tells them (fuzz/afl_child.cc)
                                         // The system's crash handler delays crashes, which does no harm here.
                                         {"AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1"},
                                         {"AFL_FAST_CAL", "1"},             // a case runs the same each time
                                         {"AFL_SYNC_TIME", "1"},            // minutes
                                         {"AFL_KILL_SIGNAL", "15"},         // lets an input that takes too long say so
                                         {"AFL_DRIVER_DONT_DEFER", "1"}});  // each child opens its own target
  return environment;
}

Expected<EngineProcess> EngineProcess::start(const std::vector<std::string>& command,
                                             const EngineEnvironment& environment) {
  return Child::exec({.arguments = command, .environment = environment}, {}).map([](Child child) {
    return EngineProcess{std::move(child), {}};
  });
}

void EngineProcess::advance() {
  // The order matters: once the end of the process is seen, all that it wrote is in the pipe.
  child.ended();
  child.read_available(kReadBytesMax, [this](std::string_view text) { log.add(text); });
}

void EngineProcess::interrupt() { child.signal(SIGINT); }

}  // namespace straylane
