#include "campaign/afl_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
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
constexpr int kTimeShare = 20;  // listing a long queue may take one part in 20 of the time
constexpr std::chrono::seconds kWrittenAgo{1};
// Long enough for the worker's own watchdog to act first.
constexpr std::uint32_t kWorkerTimeMs = 120'000;

// Gives the number in the line "NAME : NUMBER" of fuzzer_stats, or 0.
std::uint64_t figure(const std::string& stats, const std::string& name) {
  const std::size_t at = ("\n" + stats).find("\n" + name + " ");
  if (at == std::string::npos) return 0;
  const std::size_t digits = stats.find_first_of("0123456789", at + name.size());
  std::uint64_t value = 0;
  if (digits != std::string::npos) std::from_chars(stats.data() + digits, stats.data() + stats.size(), value);
  return value;
}

}  // namespace

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
  auto made = make_folders(process->input_folder())
                  .and_then([&] { return make_folders(process->output_folder()); })
                  .and_then([&] { return process->gather(options.corpus); });
  for (const std::string& seeds : options.seeds) {
    made = made.and_then([&] { return process->gather(seeds); });
  }
  if (made && process->figures_.files_read == 0) {
    // afl-fuzz needs an input to start from. This is the one that libFuzzer uses.
    made = write_new_file(process->input_folder() / "start", "\n");
  }
  if (!made) return tl::unexpected(made.error());
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
    if (error && !fs::exists(from / name)) continue;  // removed in the meantime
    if (error && !fs::exists(to)) return storage_error(to, error.value());
    ++figures_.files_read;
  }
  return {};
}

std::vector<std::string> AflProcess::command(const std::string& afl_fuzz, const std::string& binary,
                                             const FuzzOptions& options, std::uint64_t runs_done) const {
  const bool in_process = find_target_kind(options.target)->fuzzed_in_process;
  const std::uint32_t time_ms = in_process ? options.input_time_s * 1'000 : kWorkerTimeMs;
  std::vector<std::string> command = {afl_fuzz, "-i", input_folder().string(), "-o", output_folder().string()};
  const auto add = [&command](const char* option, const std::string& value) {
    command.insert(command.end(), {option, value});
  };
  add("-t", std::to_string(time_ms));
  add("-m", in_process ? std::to_string(options.rss_mb_max) : "none");
  add("-G", std::to_string(byte_bounds::kEngineInputMax));
  add("-s", std::to_string(seed_ % UINT32_MAX));
  add(is_main_ ? "-M" : "-S", name_);
  if (const auto words = beside_program("fuzz/fuzz_launch.dict"); !words.empty()) add("-x", words.string());
  // Inputs of other machines arrive in the corpus. The main process reads them from there.
  if (is_main_ && !options.sync.empty()) add("-F", fs::absolute(options.corpus).string());
  if (options.runs_max > 0) {
    add("-E", std::to_string(options.runs_max - std::min(options.runs_max - 1, runs_done)));
  }
  add("--", binary);
  return command;
}

Expected<EngineFigures> AflProcess::take_inputs(bool at_end) {
  const auto stats = read_file(output_folder() / name_ / "fuzzer_stats", kStatsBytesMax).value_or("");
  figures_.executions = figure(stats, "execs_done");
  figures_.features = figure(stats, "edges_found");
  const auto start = Clock::now();
  if (!at_end && start < next_) return figures_;
  const fs::path queue = output_folder() / name_ / "queue";
  std::error_code error;
  for (auto it = fs::directory_iterator(queue, error); !error && it != fs::end(it); it.increment(error)) {
    const std::string name = it->path().filename().string();
    // "id:000031,src:000004,time:1203,execs:4711,op:havoc,rep:4"; "orig:" marks an input that it was started with.
    if (!name.starts_with("id:") || name.find(",orig:") != std::string::npos || taken_.contains(name)) continue;
    std::error_code gone;
    const auto written = fs::last_write_time(it->path(), gone);
    if (gone || (!at_end && fs::file_time_type::clock::now() - written < kWrittenAgo)) continue;
    const auto bytes = read_file(it->path(), byte_bounds::kEngineInputMax);
    taken_.insert(name);
    if (!bytes || bytes->empty()) continue;
    const auto added = corpus_.add(*bytes);
    if (!added) return tl::unexpected(added.error());
    if (name.find(",sync:") == std::string::npos) ++figures_.new_inputs;  // ",sync:": from another job
  }
  next_ = std::max(start + kInterval, Clock::now() + kTimeShare * (Clock::now() - start));
  return figures_;
}

}  // namespace straylane
