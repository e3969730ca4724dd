#include "campaign/fuzz_campaign.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "campaign/artifact_folder.h"
#include "campaign/fuzz_job.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kJobsMax = 256;
constexpr milliseconds kPollTime{100};
constexpr milliseconds kPause{20};        // a job says more than is worth waking up for
constexpr milliseconds kStopTime{1'500};  // from SIGINT to SIGKILL
constexpr seconds kLateTime{60};          // beyond its own time; a job starts a worker and finishes its last case

// Exit codes of the fuzz binary: libFuzzer's, and those of fuzz/launch_session.h.
constexpr int kExitStorage = 4;
constexpr int kExitUnsupported = 5;
constexpr int kExitTimeout = 70;
constexpr int kExitMemory = 71;
constexpr int kExitInterrupted = 72;
constexpr int kExitCrash = 77;

constexpr std::uint32_t kRestartsMax = 100;

const char* const kEmptyFileSha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

// The fuzz binary, beside the program or in the build folder that the program is in.
Expected<std::string> fuzz_binary(const std::string& target) {
  const std::string name = target == "host" ? "fuzz_host" : "fuzz_launch";
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  for (auto folder = program.parent_path(); !folder.empty() && folder != folder.root_path();
       folder = folder.parent_path()) {
    for (const fs::path& file : {folder / name, folder / "fuzz" / name}) {
      if (fs::is_regular_file(file, error)) return file.string();
    }
  }
  return make_error(
      ErrorCode::kUnsupported,
      fmt::format("{} is not beside the program: libFuzzer's runtime{} was missing when it was built; "
                  "apt-get install libclang-rt-19-dev{}, then build again",
                  name, target == "host" ? " or LLVM 19" : "",
                  target == "host" ? " llvm-19-dev libclang-19-dev clang-19" : ""));
}

Expected<void> check_folder(const std::string& what, const std::string& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return {};
  return make_error(ErrorCode::kStorage, fmt::format("{} folder {}: {}", what, folder.empty() ? "(none)" : folder,
                                                     error ? error.message() : "Not a directory"));
}

Expected<void> check_options(const FuzzOptions& options) {
  if (options.jobs < 1 || options.jobs > kJobsMax) {
    return make_error(ErrorCode::kUsage, fmt::format("jobs: is {}, must be 1..{}", options.jobs, kJobsMax));
  }
  for (const std::string& folder : options.seeds) {
    if (auto ok = check_folder("seed", folder); !ok) return ok;
  }
  return check_folder("corpus", options.corpus)
      .and_then([&] { return check_folder("output", options.out); })
      .and_then([&] { return check_writable(options.corpus); })
      .and_then([&] { return check_writable(options.out); });
}

// libFuzzer goes on over a full disk and leaves files without content; one whose name does not say that it is empty was
// cut off. Where the campaign was interrupted an engine may have been killed between making a file and writing it: that
// one is removed, it holds nothing.
Expected<void> check_no_cut_files(const std::string& corpus, bool interrupted) {
  std::error_code error;
  for (auto it = fs::directory_iterator(corpus, error); !error && it != fs::end(it); it.increment(error)) {
    std::error_code gone;
    if (it->file_size(gone) != 0 || gone || it->path().filename() == kEmptyFileSha1) continue;
    if (interrupted) {
      fs::remove(it->path(), gone);
      continue;
    }
    return make_error(ErrorCode::kStorage, it->path().string() + ": is empty; the disk was full while it was written");
  }
  return {};
}

class Campaign {
 public:
  explicit Campaign(const FuzzOptions& options) : options_(options), start_(Clock::now()) {}

  Expected<FuzzReport> run() {
    if (auto ok = start_jobs(); !ok) return tl::unexpected(ok.error());
    while (!all_ended()) {
      wait();
      if (auto ok = watch(); !ok) {
        stop_all();
        return tl::unexpected(ok.error());
      }
    }
    return check_no_cut_files(options_.corpus, end_ == FuzzEnd::kInterrupted).and_then([this] { return report(); });
  }

 private:
  bool in_process() const { return options_.target == "host"; }

  // `job`: counts those that were started instead of another, too. `runs_done`: by that other.
  std::vector<std::string> command(std::uint32_t job, std::uint64_t runs_done) const {
    // libFuzzer takes seed 0 for "draw one", and 32 bits of it.
    const std::uint64_t seed = (options_.seed + job) % UINT32_MAX;
    std::vector<std::string> command = {binary_,
                                        "-len_control=0",
                                        "-print_final_stats=1",
                                        fmt::format("-seed={}", seed == 0 ? UINT32_MAX : seed),
                                        fmt::format("-rss_limit_mb={}", options_.rss_mb_max),
                                        fmt::format("-artifact_prefix={}/", options_.out)};
    if (in_process()) command.push_back(fmt::format("-timeout={}", options_.input_time_s));
    const auto passed = std::chrono::duration_cast<seconds>(Clock::now() - start_).count();
    if (options_.time_s > 0) {
      command.push_back(fmt::format("-max_total_time={}", std::max<std::int64_t>(options_.time_s - passed, 1)));
    }
    if (options_.runs_max > 0) {
      command.push_back(fmt::format("-runs={}", options_.runs_max - std::min(options_.runs_max - 1, runs_done)));
    }
    command.push_back(options_.corpus);
    command.insert(command.end(), options_.seeds.begin(), options_.seeds.end());
    return command;
  }

  Expected<void> start_job(std::uint64_t runs_done) {
    const FuzzJob::Environment environment = {{"STRAYLANE_TARGET", options_.target},
                                              {"STRAYLANE_PROGRAM", options_.program},
                                              {"STRAYLANE_PYTHON", options_.python},
                                              {"STRAYLANE_KERNEL", options_.kernel},
                                              {"STRAYLANE_KEEP_GOING", options_.keep_going ? options_.out : ""}};
    auto job = FuzzJob::start(command(static_cast<std::uint32_t>(jobs_.size()), runs_done), environment);
    if (!job) return tl::unexpected(job.error());
    jobs_.push_back(std::move(*job));
    return {};
  }

  Expected<void> start_jobs() {
    const auto binary = fuzz_binary(options_.target);
    if (!binary) return tl::unexpected(binary.error());
    binary_ = *binary;
    for (std::uint32_t i = 0; i < options_.jobs; ++i) {
      if (auto ok = start_job(0); !ok) return ok;
    }
    return {};
  }

  bool all_ended() const {
    return std::all_of(jobs_.begin(), jobs_.end(), [](const FuzzJob& job) { return job.ended(); });
  }

  void wait() {
    std::vector<pollfd> waiting;
    for (const FuzzJob& job : jobs_) {
      if (job.fd() >= 0) waiting.push_back({job.fd(), POLLIN, 0});
    }
    poll(waiting.data(), waiting.size(), static_cast<int>(kPollTime.count()));
    std::this_thread::sleep_for(kPause);
  }

  // Takes in what the jobs say and decides what is to be done about it.
  Expected<void> watch() {
    for (std::size_t i = 0; i < jobs_.size(); ++i) {  // judge_end adds to them
      const bool had_ended = jobs_[i].ended();
      jobs_[i].advance();
      if (had_ended || !jobs_[i].ended()) continue;
      if (auto ok = judge_end(jobs_[i]); !ok) return ok;
    }
    const auto now = Clock::now();
    if (!stop_at_ && options_.interrupted && options_.interrupted()) stop(FuzzEnd::kInterrupted);
    if (!stop_at_ && options_.time_s > 0 && now > start_ + seconds(options_.time_s) + kLateTime) stop(FuzzEnd::kTime);
    if (stop_at_ && now > *stop_at_) stop_all();
    if (now < next_look_) return {};
    next_look_ = now + seconds(1);
    if (options_.on_status) options_.on_status(status());
    return check_writable(options_.corpus).and_then([this] { return check_writable(options_.out); });
  }

  Expected<void> judge_end(const FuzzJob& job) {
    const int status = job.status();
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code == 0 || stop_at_) return {};
    if (code == kExitCrash && !options_.keep_going && !job.log().buckets().empty()) {
      stop(FuzzEnd::kFinding);
      return {};
    }
    const bool by_input = code == kExitCrash || code == kExitTimeout || code == kExitMemory;
    if (in_process() && by_input && !job.log().artifacts().empty()) {
      if (!options_.keep_going || jobs_.size() >= options_.jobs + kRestartsMax) {
        stop(FuzzEnd::kFinding);
        return {};
      }
      return start_job(job.log().executions());
    }
    if (code == kExitInterrupted) {  // by somebody else
      stop(FuzzEnd::kInterrupted);
      return {};
    }
    const ErrorCode error = code == kExitUnsupported ? ErrorCode::kUnsupported
                            : code == kExitStorage   ? ErrorCode::kStorage
                                                     : ErrorCode::kInternal;
    if (error != ErrorCode::kInternal) return make_error(error, job.log().reason());
    const std::string how =
        WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status)) : fmt::format("exit status {}", code);
    return make_error(error,
                      fmt::format("{}: {} ({})", fs::path(binary_).filename().string(), job.log().reason(), how));
  }

  void stop(FuzzEnd end) {
    end_ = end;
    stop_at_ = Clock::now() + kStopTime;
    for (FuzzJob& job : jobs_) job.interrupt();
  }

  void stop_all() {
    for (FuzzJob& job : jobs_) job.kill();
    for (FuzzJob& job : jobs_) job.advance();
  }

  FuzzStatus status() const {
    FuzzStatus status;
    for (const FuzzJob& job : jobs_) {
      status.executions += job.log().executions();
      if (!job.ended() || all_ended()) status.executions_per_s += job.log().executions_per_s();
      status.features = std::max(status.features, job.log().features());
      status.corpus_size = std::max(status.corpus_size, job.log().corpus_size());
      status.edges_reached = std::max(status.edges_reached, job.log().edges_reached());
      status.edges = std::max(status.edges, job.log().edges());
    }
    return status;
  }

  Expected<FuzzReport> report() const {
    FuzzReport report;
    report.status = status();
    report.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    const bool out_of_time = options_.time_s > 0 && report.seconds >= options_.time_s;
    report.end = end_.value_or(out_of_time ? FuzzEnd::kTime : FuzzEnd::kRuns);
    const auto add = [](const std::vector<std::string>& from, std::vector<std::string>& to) {
      for (const std::string& item : from) {
        if (std::find(to.begin(), to.end(), item) == to.end()) to.push_back(item);
      }
    };
    for (const FuzzJob& job : jobs_) {
      add(job.log().buckets(), report.buckets);
      add(job.log().artifacts(), report.artifacts);
    }
    return report;
  }

  const FuzzOptions& options_;
  std::string binary_;
  Clock::time_point start_;
  Clock::time_point next_look_ = start_ + seconds(1);
  std::vector<FuzzJob> jobs_;
  std::optional<Clock::time_point> stop_at_;  // set once the jobs have been asked to end
  std::optional<FuzzEnd> end_;
};

}  // namespace

const char* to_string(FuzzEnd end) {
  switch (end) {
    case FuzzEnd::kTime:
      return "time";
    case FuzzEnd::kRuns:
      return "runs";
    case FuzzEnd::kFinding:
      return "finding";
    case FuzzEnd::kInterrupted:
      return "interrupted";
  }
  return "?";
}

Expected<FuzzReport> fuzz_campaign(const FuzzOptions& options) {
  return check_options(options).and_then([&options] { return Campaign(options).run(); });
}

}  // namespace straylane
