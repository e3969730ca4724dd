#include "campaign/fuzz_campaign.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "campaign/afl_process.h"
#include "campaign/background_triage.h"
#include "campaign/bucket_folders.h"
#include "campaign/campaign_folders.h"
#include "campaign/campaign_record.h"
#include "campaign/corpus_folder.h"
#include "campaign/corpus_sync.h"
#include "campaign/engine_command.h"
#include "campaign/fuzz_worker.h"
#include "campaign/left_over_cleaner.h"
#include "os/disk_space.h"
#include "os/files.h"
#include "os/folder_lock.h"
#include "os/folder_marker.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kJobsMax = 256;
constexpr milliseconds kPollTime{100};
constexpr milliseconds kPause{20};        // a job says more than is worth waking up for
constexpr milliseconds kStopTime{1'200};  // from SIGINT to SIGKILL
constexpr seconds kStatusInterval{1};
constexpr seconds kSyncInterval{10};
constexpr seconds kFilesInterval{30};  // from one bucket.json with new counts to the next

struct Folders {
  fs::path campaign;
  fs::path buckets = campaign / "buckets";
  fs::path artifacts = campaign / "crashes";
  fs::path temporary = campaign / "tmp";
  fs::path afl = campaign / "afl";  // what AFL++ writes
};

struct EnginePaths {
  std::string binary;
  std::string afl_fuzz;  // empty for libFuzzer, which is in the binary
};

Expected<EnginePaths> find_engine(const FuzzOptions& options) {
  EnginePaths paths;
  if (options.engine == Engine::kAfl) {
    auto afl_fuzz = find_afl_fuzz();
    if (!afl_fuzz) return tl::unexpected(afl_fuzz.error());
    paths.afl_fuzz = std::move(*afl_fuzz);
  }
  auto binary = fuzz_binary(options.target, options.engine);
  if (!binary) return tl::unexpected(binary.error());
  paths.binary = std::move(*binary);
  return paths;
}

Expected<void> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return make_error(ErrorCode::kStorage, fmt::format("{}: {}", folder.string(), error.message()));
  return {};
}

class Campaign {
 public:
  Campaign(FuzzOptions options, FolderLock lock, CampaignRecord record, EnginePaths engine, Clock::time_point start)
      : options_(std::move(options)),
        folders_{options_.folder},
        lock_(std::move(lock)),
        record_(std::move(record)),
        engine_(std::move(engine)),
        corpus_(options_.corpus),
        sync_(corpus_, options_.sync),
        buckets_(folders_.buckets, record_.store(), program_of(options_).schema),
        triage_(options_, buckets_, folders_.temporary),
        min_free_(options_.min_free ? *options_.min_free : default_min_free(folders_.campaign)),
        start_(start) {}

  Expected<FuzzReport> run() {
    auto ended = prepare()
                     .and_then([this] { return fuzz(); })
                     .and_then([this] { return minimize_what_waits(); })
                     .and_then([this] { return write_down(/*files=*/true); })
                     .and_then([this] { return record_.end(to_string(*end_)); })
                     .and_then([this] { return report(); });
    triage_.stop();
    left_overs().remove();
    return ended;
  }

 private:
  // What an earlier session left: buckets, and inputs that have not been looked at.
  Expected<void> prepare() {
    left_overs().remove();
    for (const fs::path& folder : {folders_.buckets, folders_.artifacts}) {
      if (auto ok = make_folder(folder); !ok) return ok;
    }
    const auto adopted = buckets_.load();
    if (!adopted) return tl::unexpected(adopted.error());
    for (const std::string& bucket : *adopted) on_new_bucket(bucket);
    for (const BucketRecord& record : buckets_.records()) {
      const bool is_new = std::find(adopted->begin(), adopted->end(), record.bucket) != adopted->end();
      if (record.minimization == "waiting" && !is_new) triage_.add_bucket(record.bucket);
    }
    const auto artifacts = inputs_in(folders_.artifacts);
    if (!artifacts) return tl::unexpected(artifacts.error());
    for (const std::string& name : *artifacts) triage_.add_artifact(folders_.artifacts / name, 0);
    for (std::uint32_t job = 0; job < options_.jobs; ++job) workers_.emplace_back(job);
    return keep_cleaner();
  }

  LeftOvers left_overs() const {
    return {{folders_.temporary, folders_.afl}, {folders_.campaign, folders_.buckets, options_.corpus, options_.out}};
  }

  Expected<void> keep_cleaner() {
    if (cleaner_ && cleaner_->is_there()) return {};
    auto cleaner = LeftOverCleaner::start(left_overs());
    if (!cleaner) return tl::unexpected(cleaner.error());
    cleaner_ = std::move(*cleaner);
    return {};
  }

  Expected<void> fuzz() {
    while (!all_ended()) {
      if (auto ok = watch(); !ok) {
        for (FuzzWorker& worker : workers_) worker.kill();
        return ok;
      }
      wait();
    }
    if (!end_) end_ = FuzzEnd::kRuns;
    return {};
  }

  bool all_ended() const {
    return std::all_of(workers_.begin(), workers_.end(), [](const FuzzWorker& worker) { return worker.ended(); });
  }

  void wait() {
    std::vector<pollfd> waiting;
    for (const FuzzWorker& worker : workers_) {
      if (worker.fd() >= 0) waiting.push_back({worker.fd(), POLLIN, 0});
    }
    poll(waiting.data(), waiting.size(), static_cast<int>(kPollTime.count()));
    std::this_thread::sleep_for(kPause);
  }

  // Takes in what there is and decides what is to be done about it.
  Expected<void> watch() {
    for (FuzzWorker& worker : workers_) {
      if (auto ok = advance(worker); !ok) return ok;
    }
    if (!stop_at_) decide_stop();
    if (stop_at_ && Clock::now() > *stop_at_) {
      for (FuzzWorker& worker : workers_) worker.kill();
    }
    return advance_triage()
        .and_then([this] { return keep_cleaner(); })
        .and_then([this] { return check_space(folders_.campaign, min_free_); })
        .and_then([this] { return check_space(options_.corpus, min_free_); })
        .and_then([this] { return exchange(); })
        .and_then([this] { return tick(); });
  }

  Expected<void> advance(FuzzWorker& worker) {
    if (worker.due() && !stop_at_) {
      if (auto ok = start(worker); !ok) return ok;
    }
    const auto end = worker.advance();
    if (auto ok = take_failures(worker); !ok) return ok;
    files_read_ = std::max(files_read_, worker.files_read());
    if (first_run_s_ < 0 && worker.executions() > 0) first_run_s_ = session_s();
    if (!end) return tl::unexpected(end.error());
    if (!*end || (*end)->kind == EngineEnd::Kind::kDone) return {};
    return on_death(worker, **end);
  }

  Expected<void> start(FuzzWorker& worker) {
    const std::uint64_t start = starts_++;
    const fs::path artifacts = fs::absolute(folders_.artifacts);
    const auto environment = engine_environment(options_);
    if (engine_.afl_fuzz.empty()) {
      return worker.start(engine_command(engine_.binary, options_, start, worker.executions(), artifacts.string()), environment);
    }
    auto afl = AflProcess::make(fs::absolute(folders_.afl), options_, worker.job(), start);
    if (!afl) return tl::unexpected(afl.error());
    const auto command = (*afl)->command(engine_.afl_fuzz, engine_.binary, options_, worker.executions());
    return worker.start(command, environment, std::move(*afl), artifacts);
  }

  Expected<void> take_failures(FuzzWorker& worker) {
    for (const NewFailure& failure : worker.take_failures()) {
      findings_ += failure.failures;
      const auto is_new = buckets_.add(failure.told, failure.failures, time_s(), worker.job());
      if (!is_new) return tl::unexpected(is_new.error());
      if (*is_new) on_new_bucket(failure.told.bucket);
    }
    return {};
  }

  void on_new_bucket(const std::string& bucket) {
    new_buckets_.push_back(bucket);
    triage_.add_bucket(bucket);
    if (options_.on_bucket) options_.on_bucket(*buckets_.find(bucket));
  }

  Expected<void> on_death(const FuzzWorker& worker, const EngineEnd& end) {
    ++restarts_;
    if (auto ok = record_.store().add_restart(time_s(), worker.job(), end.why); !ok) return ok;
    if (end.kind == EngineEnd::Kind::kDied) {
      say(fmt::format("job {}: its engine process ended ({}); another one goes on", worker.job(), end.why));
    }
    for (const std::string& artifact : end.artifacts) {
      ++findings_;
      std::error_code error;
      if (!triage_.add_artifact(artifact, worker.job())) fs::remove(artifact, error);
      // Where it came from the corpus, it would end every process that reads it.
      const std::string name = fs::path(artifact).filename().string();
      corpus_.remove(name.substr(name.rfind('-') + 1));
    }
    return {};
  }

  Expected<void> advance_triage() {
    const auto found = triage_.advance(time_s());
    if (!found) return tl::unexpected(found.error());
    for (const std::string& bucket : *found) {
      new_buckets_.push_back(bucket);
      if (options_.on_bucket) options_.on_bucket(*buckets_.find(bucket));
    }
    return {};
  }

  void decide_stop() {
    SessionProgress progress{session_s(), new_buckets_.size(), options_.interrupted && options_.interrupted(), seen()};
    if (const auto end = session_end(options_, progress)) stop(*end);
  }

  // Empty where a job has told nothing yet.
  std::vector<DiscoveryEstimate> seen() const {
    std::vector<DiscoveryEstimate> seen;
    for (const FuzzWorker& worker : workers_) {
      if (worker.ended()) continue;
      seen.push_back(worker.seen());
      if (seen.back().runs == 0) return {};
    }
    return seen;
  }

  double chance_of_new() const {
    double chance = -1;
    for (const DiscoveryEstimate& job : seen()) {
      chance = std::max(chance, static_cast<double>(job.singletons) / static_cast<double>(job.runs));
    }
    return chance;
  }

  void stop(FuzzEnd end) {
    end_ = end;
    stop_at_ = Clock::now() + kStopTime;
    for (FuzzWorker& worker : workers_) worker.interrupt();
  }

  // With other machines. A shared folder that is away for a while ends nothing; it is said once.
  Expected<void> exchange() {
    if (options_.sync.empty() || Clock::now() < next_sync_) return {};
    const auto done = sync_.exchange();
    if (!done) return tl::unexpected(done.error());
    next_sync_ = Clock::now() + (done->more ? kStatusInterval : kSyncInterval);
    if (!done->failed.empty() && sync_failed_.empty()) say("--sync: " + done->failed + "; it is tried again");
    sync_failed_ = done->failed;
    return {};
  }

  // Not where somebody waits for the end.
  Expected<void> minimize_what_waits() {
    const auto deadline = Clock::now() + std::chrono::duration<double>(options_.minimize_at_end_s);
    while (end_ != FuzzEnd::kInterrupted && !triage_.idle() && Clock::now() < deadline) {
      if (options_.interrupted && options_.interrupted()) return {};
      if (auto ok = advance_triage(); !ok) return ok;
      show_status();
      std::this_thread::sleep_for(kPause);
    }
    return {};
  }

  // What is shown and what is written down may come at different intervals.
  Expected<void> tick() {
    show_status();
    if (!record_.due(session_s())) return {};
    const bool files = Clock::now() >= next_files_;
    if (files) next_files_ = Clock::now() + kFilesInterval;
    return write_down(files);
  }

  Expected<void> write_down(bool files) {
    const double now = session_s();
    CampaignTick tick = now_tick();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      tick.workers[i] = workers_[i].tick(now - last_tick_s_);
      tick.executions_per_s += tick.workers[i].executions_per_s;
    }
    last_tick_s_ = now;
    shown_ = tick;
    return record_.add(tick, now, [&] { return buckets_.save(files); });
  }

  // Rates are those of the tick before.
  CampaignTick now_tick() {
    const CampaignTick& before = record_.before();
    CampaignTick tick;
    tick.time_s = time_s();
    tick.executions = before.executions;
    tick.new_behaviour = before.new_behaviour;
    tick.schedules = before.schedules;
    tick.features = before.features;
    tick.edges = before.edges;
    tick.corpus = corpus_.count();
    tick.findings = before.findings + findings_;
    tick.buckets = buckets_.size();
    tick.restarts = before.restarts + restarts_;
    for (const FuzzWorker& worker : workers_) {
      tick.executions += worker.executions();
      tick.new_behaviour += worker.new_inputs();
      tick.schedules += worker.schedules();
      tick.features = std::max(tick.features, worker.features());
      tick.edges = std::max(tick.edges, worker.edges_reached());
    }
    tick.workers.resize(workers_.size());
    return tick;
  }

  void show_status() {
    if (Clock::now() < next_status_) return;
    CampaignTick tick = now_tick();
    next_status_ = Clock::now() + kStatusInterval;
    if (!options_.on_status) return;
    tick.executions_per_s = all_ended() ? 0 : shown_.executions_per_s;
    for (std::size_t i = 0; i < std::min(workers_.size(), shown_.workers.size()); ++i) {
      tick.workers[i] = shown_.workers[i];
      tick.workers[i].state = workers_[i].state();
      if (!workers_[i].ended()) continue;
      tick.workers[i].executions_per_s = 0;
      tick.workers[i].pid = 0;
    }
    const double left = options_.time_s > 0 ? std::max(0.0, options_.time_s - session_s()) : -1;
    options_.on_status({tick, left, edges(), chance_of_new(), triage_.minimizing(), triage_.waiting()});
  }

  Expected<FuzzReport> report() {
    FuzzReport report;
    report.target = options_.target;
    report.kernel = options_.kernel;
    report.total = now_tick();
    report.seconds = session_s();
    report.total.executions_per_s = static_cast<std::uint64_t>(
        static_cast<double>(report.total.executions - record_.before().executions) / std::max(report.seconds, 1e-3));
    report.seconds_to_first_run = first_run_s_;
    report.end = *end_;
    report.edges = edges();
    report.files_read = files_read_;
    report.buckets = buckets_.records();
    report.new_buckets = new_buckets_;
    for (const fs::path& path : triage_.not_reproduced()) report.not_reproduced.push_back(path.string());
    auto restarts = record_.store().restarts();
    if (!restarts) return tl::unexpected(restarts.error());
    report.restarts = std::move(*restarts);
    return report;
  }

  std::uint64_t edges() const {
    std::uint64_t edges = 0;
    for (const FuzzWorker& worker : workers_) edges = std::max(edges, worker.edges());
    return edges;
  }
  void say(const std::string& line) const {
    if (options_.say) options_.say(line);
  }
  double session_s() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  double time_s() const { return record_.before().time_s + session_s(); }

  const FuzzOptions options_;
  const Folders folders_;
  FolderLock lock_;
  CampaignRecord record_;
  const EnginePaths engine_;
  CorpusFolder corpus_;
  CorpusSync sync_;
  BucketFolders buckets_;
  BackgroundTriage triage_;
  std::optional<LeftOverCleaner> cleaner_;
  std::vector<FuzzWorker> workers_;
  const std::uint64_t min_free_;
  const Clock::time_point start_;
  Clock::time_point next_status_ = start_ + kStatusInterval;
  Clock::time_point next_files_ = start_ + kFilesInterval;
  Clock::time_point next_sync_ = start_ + kStatusInterval;
  std::string sync_failed_;
  double last_tick_s_ = 0;
  CampaignTick shown_;
  std::uint64_t starts_ = 0;
  std::uint64_t files_read_ = 0;
  double first_run_s_ = -1;
  std::uint64_t findings_ = 0;  // of this session
  std::uint64_t restarts_ = 0;
  std::vector<std::string> new_buckets_;
  std::optional<Clock::time_point> stop_at_;  // set once the jobs have been asked to end
  std::optional<FuzzEnd> end_;
};

Expected<void> check_options(const FuzzOptions& options) {
  if (options.jobs < 1 || options.jobs > kJobsMax) {
    return make_error(ErrorCode::kUsage, fmt::format("jobs: is {}, must be 1..{}", options.jobs, kJobsMax));
  }
  for (const std::string& folder : options.seeds) {
    std::error_code error;
    if (fs::is_directory(folder, error)) continue;
    return make_error(ErrorCode::kStorage, fmt::format("seed folder {}: {}", folder,
                                                       error ? error.message() : "Not a directory"));
  }
  return {};
}

Expected<void> check_to_resume(const FuzzOptions& options) {
  const auto marker = read_marker(options.folder);
  if (!marker) return tl::unexpected(marker.error());
  if (*marker && (*marker)->kind == FolderKind::kCampaign) return {};
  return make_error(ErrorCode::kUsage, fmt::format("{}: there is no campaign to resume", options.folder));
}

// Where one of the folders is not ours, or without an engine, nothing is made.
Expected<void> make_campaign(FuzzOptions& options) {
  if (auto engine = find_engine(options); !engine) return tl::unexpected(engine.error());
  options.corpus = corpus_of(options);
  return check_campaign_folders(options)
      .and_then([&] { return claim_folder(options.folder, FolderKind::kCampaign); })
      .map([](const auto&) {});
}

}  // namespace

Expected<FuzzReport> fuzz_campaign(FuzzOptions options, const std::set<std::string>& named) {
  const auto start = Clock::now();
  if (auto ok = check_options(options); !ok) return tl::unexpected(ok.error());
  if (auto ok = options.resume ? check_to_resume(options) : make_campaign(options); !ok)
    return tl::unexpected(ok.error());
  if (auto ok = check_no_links(options.folder); !ok) return tl::unexpected(ok.error());
  auto lock = FolderLock::take(options.folder);
  if (!lock) return tl::unexpected(lock.error());
  if (auto ok = check_writable(options.folder); !ok) return tl::unexpected(ok.error());
  auto record = CampaignRecord::open(options, named);
  if (!record) return tl::unexpected(record.error());
  auto engine = find_engine(options);
  if (!engine) return tl::unexpected(engine.error());
  const auto writable =
      claim_campaign_folders(options).and_then([&] { return check_writable(options.corpus); }).and_then([&] {
        return check_writable(options.out);
      });
  if (!writable) return tl::unexpected(writable.error());
  if (options.say)
    options.say(fmt::format("fuzzing in {}{}", options.folder, options.resume ? ", on from where it was" : ""));
  return Campaign(std::move(options), std::move(*lock), std::move(*record), std::move(*engine), start).run();
}

}  // namespace straylane
