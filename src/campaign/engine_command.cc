#include "campaign/engine_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "campaign/afl_process.h"
#include "campaign/engine_variables.h"
#include "codec/bytes_codec.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

std::string what_is_missing(const std::string& name, const std::string& target, Engine engine) {
  const std::string& packages = find_target_kind(target)->packages;
  const bool afl = engine == Engine::kAfl;
  return fmt::format("{} is not beside the program: {}{} was missing when it was built; apt-get install {}{}, then build again",
                     name, afl ? "AFL++" : "libFuzzer's runtime", packages.empty() ? "" : " or LLVM 19",
                     afl ? "afl++" : "libclang-rt-19-dev", packages.empty() ? "" : " " + packages);
}

}  // namespace

Expected<std::string> fuzz_binary(const std::string& target, Engine engine) {
  const std::string name =
      find_target_kind(target)->fuzz_binary + (engine == Engine::kAfl ? "_afl" : "");
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  for (auto folder = program.parent_path(); !folder.empty() && folder != folder.root_path();
       folder = folder.parent_path()) {
    for (const fs::path& file : {folder / name, folder / "fuzz" / name}) {
      if (fs::is_regular_file(file, error)) return file.string();
    }
  }
  return make_error(ErrorCode::kUnsupported, what_is_missing(name, target, engine));
}

std::vector<std::string> engine_command(const std::string& binary, const FuzzOptions& options, std::uint64_t start,
                                        std::uint64_t runs_done, const std::string& artifacts) {
  // libFuzzer takes seed 0 for "draw one", and 32 bits of it.
  const std::uint64_t seed = (options.seed + start) % UINT32_MAX;
  std::vector<std::string> command = {binary,
                                      "-len_control=0",
                                      "-print_final_stats=1",
                                      "-report_slow_units=1000000",
                                      "-handle_xfsz=0",  // a file that would become too large is a write that fails
                                      fmt::format("-max_len={}", byte_bounds::kEngineInputMax),
                                      fmt::format("-seed={}", seed == 0 ? UINT32_MAX : seed),
                                      fmt::format("-rss_limit_mb={}", options.rss_mb_max),
                                      fmt::format("-artifact_prefix={}/", artifacts)};
  if (find_target_kind(options.target)->fuzzed_in_process) command.push_back(fmt::format("-timeout={}", options.input_time_s));
  if (options.runs_max > 0) {
    command.push_back(fmt::format("-runs={}", options.runs_max - std::min(options.runs_max - 1, runs_done)));
  }
  command.push_back(options.corpus);
  command.insert(command.end(), options.seeds.begin(), options.seeds.end());
  return command;
}

FuzzJob::Environment engine_environment(const FuzzOptions& options) {
  FuzzJob::Environment environment = {{engine_variable::kTarget, options.target},
                                      {engine_variable::kProgram, options.program},
                                      {engine_variable::kPython, options.python},
                                      {engine_variable::kKernel, options.kernel},
                                      {engine_variable::kKeepGoing, ""},
                                      {engine_variable::kCampaign, fs::absolute(options.folder).string()}};
  if (options.engine == Engine::kAfl) {
    for (auto& setting : afl_environment()) environment.push_back(std::move(setting));
  }
  return environment;
}

}  // namespace straylane
