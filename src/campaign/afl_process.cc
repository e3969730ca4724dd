#include "campaign/afl_process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "codec/bytes_codec.h"
#include "os/beside_program.h"
#include "os/files.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kStatsBytesMax = 64 * 1024;
constexpr std::chrono::seconds kInterval{1};
constexpr int kTimeShare = 20;  // of listing a long queue
constexpr std::chrono::seconds kWrittenAgo{1};
// A worker has its own watchdog, which is to come first.
constexpr std::uint32_t kWorkerTimeMs = 120'000;

std::uint64_t figure(const std::string& stats, const std::string& name) {
  const std::size_t at = ("\n" + stats).find("\n" + name + " ");
  if (at == std::string::npos) return 0;
  const std::size_t digits = stats.find_first_of("0123456789", at + name.size());
  std::uint64_t value = 0;
  if (digits != std::string::npos) std::from_chars(stats.data() + digits, stats.data() + stats.size(), value);
  return value;
}

}  // namespace

AflFigures afl_figures_from(const std::string& fuzzer_stats) {
  return {figure(fuzzer_stats, "execs_done"), figure(fuzzer_stats, "edges_found")};
}

AflProcess::AflProcess(fs::path folder, std::string name, const FuzzOptions& options)
    : folder_(std::move(folder)), name_(std::move(name)), corpus_(options.corpus) {}

AflProcess::~AflProcess() {
  std::error_code error;
  fs::remove_all(input_folder(), error);
  fs::remove_all(output_folder() / name_, error);
}

Expected<std::unique_ptr<AflProcess>> AflProcess::make(const fs::path& folder, const FuzzOptions& options,
                                                       std::uint32_t job, std::uint64_t start) {
  std::unique_ptr<AflProcess> process(new AflProcess(folder, fmt::format("job{}-{}", job, start), options));
  process->is_main_ = job == 0;
  process->seed_ = options.seed + start;
  for (const fs::path& made : {process->input_folder(), process->output_folder()}) {
    std::error_code error;
    fs::create_directories(made, error);
    if (error) return make_error(ErrorCode::kStorage, made.string() + ": " + error.message());
  }
  if (auto ok = process->gather(options.corpus); !ok) return tl::unexpected(ok.error());
  for (const std::string& seeds : options.seeds) {
    if (auto ok = process->gather(seeds); !ok) return tl::unexpected(ok.error());
  }
  if (process->files_read_ > 0) return process;
  // It does not start from nothing; libFuzzer then starts from this.
  if (auto ok = write_new_file(process->input_folder() / "start", "\n"); !ok) return tl::unexpected(ok.error());
  return process;
}

Expected<void> AflProcess::gather(const fs::path& from) {
  const auto names = inputs_in(from);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    const fs::path to = input_folder() / name;
    std::error_code error;
    fs::create_hard_link(from / name, to, error);
    if (error && !fs::exists(to)) fs::copy_file(from / name, to, error);
    if (error && !fs::exists(from / name)) continue;  // taken away meanwhile
    if (error && !fs::exists(to)) return make_error(ErrorCode::kStorage, to.string() + ": " + error.message());
    ++files_read_;
  }
  return {};
}

std::vector<std::string> AflProcess::command(const std::string& afl_fuzz, const std::string& binary,
                                             const FuzzOptions& options, std::uint64_t runs_done) const {
  const bool in_process = find_target_kind(options.target)->fuzzed_in_process;
  const std::uint32_t time_ms = in_process ? options.input_time_s * 1'000 : kWorkerTimeMs;
  std::vector<std::string> command = {afl_fuzz, "-i", input_folder().string(), "-o", output_folder().string(),
                                      "-t", std::to_string(time_ms), "-m", in_process ? std::to_string(options.rss_mb_max) : "none",
                                      "-G", std::to_string(byte_bounds::kEngineInputMax),
                                      "-s", std::to_string(seed_ % UINT32_MAX),
                                      is_main_ ? "-M" : "-S", name_};
  if (const auto words = beside_program("fuzz/fuzz_launch.dict"); !words.empty()) {
    command.insert(command.end(), {"-x", words.string()});
  }
  // What other machines found comes into the corpus; the main process takes it from there.
  if (is_main_ && !options.sync.empty()) command.insert(command.end(), {"-F", fs::absolute(options.corpus).string()});
  if (options.runs_max > 0) {
    command.insert(command.end(), {"-E", std::to_string(options.runs_max - std::min(options.runs_max - 1, runs_done))});
  }
  command.insert(command.end(), {"--", binary});
  return command;
}

Expected<std::uint64_t> AflProcess::take_inputs(bool at_end) {
  const auto start = Clock::now();
  if (!at_end && start < next_) return new_inputs_;
  const fs::path queue = output_folder() / name_ / "queue";
  std::error_code error;
  for (auto it = fs::directory_iterator(queue, error); !error && it != fs::end(it); it.increment(error)) {
    const std::string name = it->path().filename().string();
    // "id:000031,src:000004,time:1203,execs:4711,op:havoc,rep:4"; "orig:" is what it was started from.
    if (!name.starts_with("id:") || name.find(",orig:") != std::string::npos || taken_.contains(name)) continue;
    std::error_code gone;
    const auto written = fs::last_write_time(it->path(), gone);
    if (gone || (!at_end && fs::file_time_type::clock::now() - written < kWrittenAgo)) continue;
    const auto bytes = read_file(it->path(), byte_bounds::kEngineInputMax);
    taken_.insert(name);
    if (!bytes || bytes->empty()) continue;
    const auto added = corpus_.add(*bytes);
    if (!added) return tl::unexpected(added.error());
    if (name.find(",sync:") == std::string::npos) ++new_inputs_;  // else another job found it
  }
  next_ = std::max(start + kInterval, Clock::now() + kTimeShare * (Clock::now() - start));
  return new_inputs_;
}

AflFigures AflProcess::figures() const {
  const auto stats = read_file(output_folder() / name_ / "fuzzer_stats", kStatsBytesMax);
  return stats ? afl_figures_from(*stats) : AflFigures{};
}

std::vector<std::pair<std::string, std::string>> afl_environment() {
  return {{"AFL_NO_UI", "1"},
          {"AFL_DEBUG_CHILD", "1"},
          {"AFL_NO_AFFINITY", "1"},
          {"AFL_SKIP_CPUFREQ", "1"},
          {"AFL_SKIP_CRASHES", "1"},                        // they are told (fuzz/afl_child.cc)
          {"AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1"},  // a crash handler of the system delays them, which is no harm here
          {"AFL_FAST_CAL", "1"},      // a case runs the same each time
          {"AFL_SYNC_TIME", "1"},     // minutes
          {"AFL_KILL_SIGNAL", "15"},  // of an input that takes too long: it can say so
          {"AFL_DRIVER_DONT_DEFER", "1"}};  // a child opens its target itself, none is shared
}

Expected<std::string> find_afl_fuzz() {
  const char* path = std::getenv("PATH");
  const std::string folders = path == nullptr ? "" : path;
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    const std::string file = folders.substr(begin, end - begin) + "/afl-fuzz";
    if (file.front() != '/' || access(file.c_str(), X_OK) != 0) {
      begin = end + 1;
      continue;
    }
    return file;
  }
  return make_error(ErrorCode::kUnsupported, "there is no afl-fuzz: apt-get install afl++, then build again");
}

}  // namespace straylane
