#include "campaign/fuzz_campaign.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "campaign/background_triage.h"
#include "campaign/campaign_folders.h"
#include "campaign/campaign_record.h"
#include "campaign/fuzz_worker.h"
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
constexpr milliseconds kPause{20};        // collects what a job says, which is not worth waking up for each time
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
                     .and_then([this] { return record_.store().end_session(to_string(*end_)); })
                     .and_then([this] { return report(); });
    triage_.stop();
    left_overs().remove();
    return ended;
  }

 private:
  // Takes up what an earlier session left: buckets, and inputs that have not been run again.
  Expected<void> prepare() {
    left_overs().remove();
    const auto adopted =
        make_folders(folders_.buckets).and_then([this] { return make_folders(folders_.artifacts); }).and_then([this] {
          return buckets_.load();
        });
    if (!adopted) return tl::unexpected(adopted.error());
    for (const std::string& bucket : *adopted) tell_new_bucket(bucket);
    for (const BucketRecord& record : buckets_.records()) {
      if (record.minimization == "waiting") triage_.add_bucket(record.bucket);
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
    if (!cleaner_.ended()) return {};
    return start_left_over_cleaner(left_overs()).map([this](Child child) { cleaner_ = std::move(child); });
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

  bool all_ended() const { return std::ranges::all_of(workers_, &FuzzWorker::ended); }

  void wait() {
    std::vector<pollfd> waiting;
    for (const FuzzWorker& worker : workers_) {
      if (worker.fd() >= 0) waiting.push_back({worker.fd(), POLLIN, 0});
    }
    poll(waiting.data(), waiting.size(), static_cast<int>(kPollTime.count()));
    std::this_thread::sleep_for(kPause);
  }

  // Takes what the jobs, the triage and the other machines have for us, and reacts to it. Never waits.
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
    const auto death = worker.advance();
    if (auto ok = take_failures(worker); !ok) return ok;
    if (report_.seconds_to_first_run < 0 && worker.figures().executions > 0) report_.seconds_to_first_run = session_s();
    if (!death) return tl::unexpected(death.error());
    return *death ? on_death(worker, **death) : Expected<void>();
  }

  Expected<void> start(FuzzWorker& worker) {
    const std::uint64_t start = starts_++;
    const fs::path artifacts = fs::absolute(folders_.artifacts);
    const auto environment = engine_environment(options_);
    const std::uint64_t runs_done = worker.figures().executions;
    if (engine_.afl_fuzz.empty()) {
      return worker.start(libfuzzer_command(engine_.binary, options_, start, runs_done, artifacts.string()),
                          environment);
    }
    auto afl = AflProcess::make(fs::absolute(folders_.afl), options_, worker.job(), start);
    if (!afl) return tl::unexpected(afl.error());
    const auto command = (*afl)->command(engine_.afl_fuzz, engine_.binary, options_, runs_done);
    return worker.start(command, environment, std::move(*afl), artifacts);
  }

  Expected<void> take_failures(FuzzWorker& worker) {
    for (const ToldFailure& told : worker.take_failures()) {
      findings_ += told.count;
      const auto is_new = buckets_.add(told, time_s(), worker.job());
      if (!is_new) return tl::unexpected(is_new.error());
      if (!*is_new) continue;
      triage_.add_bucket(told.bucket);
      tell_new_bucket(told.bucket);
    }
    return {};
  }

  void tell_new_bucket(const std::string& bucket) {
    report_.new_buckets.push_back(bucket);
    options_.on_bucket(*buckets_.find(bucket));
  }

  Expected<void> on_death(const FuzzWorker& worker, const EngineDeath& death) {
    ++restarts_;
    if (auto ok = record_.store().add_restart(time_s(), worker.job(), death.why); !ok) return ok;
    if (!death.by_input) {
      options_.say(fmt::format("job {}: its engine process ended ({}); another one goes on", worker.job(), death.why));
    }
    for (const std::string& artifact : death.artifacts) {
      ++findings_;
      std::error_code error;
      if (!triage_.add_artifact(artifact, worker.job())) fs::remove(artifact, error);
      // If the input is in the corpus, it would end every process that reads it.
      const std::string name = fs::path(artifact).filename().string();
      corpus_.remove(name.substr(name.rfind('-') + 1));
    }
    return {};
  }

  Expected<void> advance_triage() {
    return triage_.advance(time_s()).map([this](const std::optional<std::string>& found) {
      if (found) tell_new_bucket(*found);
    });
  }

  void decide_stop() {
    end_ = session_end(options_, {session_s(), report_.new_buckets.size(), options_.interrupted(), seen()});
    if (!end_) return;
    stop_at_ = Clock::now() + kStopTime;
    for (FuzzWorker& worker : workers_) worker.interrupt();
  }

  // Gives the estimates of all running jobs. Empty if one of them has told none yet.
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

  // Exchanges inputs with other machines. A shared folder that is away for a while is reported once and is no error.
  Expected<void> exchange() {
    if (options_.sync.empty() || Clock::now() < next_sync_) return {};
    const auto done = sync_.exchange();
    if (!done) return tl::unexpected(done.error());
    next_sync_ = Clock::now() + (done->more ? kStatusInterval : kSyncInterval);
    if (!done->failed.empty() && sync_failed_.empty())
      options_.say("--sync: " + done->failed + "; it will be tried again");
    sync_failed_ = done->failed;
    return {};
  }

  // Minimises the findings that wait, unless a person has interrupted the session and waits for its end.
  Expected<void> minimize_what_waits() {
    const auto deadline = Clock::now() + std::chrono::duration<double>(options_.minimize_at_end_s);
    while (end_ != FuzzEnd::kInterrupted && !triage_.idle() && Clock::now() < deadline) {
      if (options_.interrupted()) return {};
      if (auto ok = advance_triage(); !ok) return ok;
      show_status();
      std::this_thread::sleep_for(kPause);
    }
    return {};
  }

  // Shows the status and writes it down, each at its own interval.
  Expected<void> tick() {
    show_status();
    if (!record_.due(session_s())) return {};
    const bool files = Clock::now() >= next_files_;
    if (files) next_files_ = Clock::now() + kFilesInterval;
    return write_down(files);
  }

  Expected<void> write_down(bool files) {
    for (FuzzWorker& worker : workers_) worker.measure_rate();
    return record_.add(now_tick(), session_s(), [&] { return buckets_.save(files); });
  }

  EngineFigures figures() const {
    EngineFigures figures;
    for (const FuzzWorker& worker : workers_) figures.add(worker.figures());
    return figures;
  }

  // Gives the figures of all sessions. Rates are those of the last tick.
  CampaignTick now_tick() {
    const EngineFigures now = figures();
    CampaignTick tick = record_.before();
    tick.time_s = time_s();
    tick.executions += now.executions;
    tick.executions_per_s = 0;
    tick.new_behaviour += now.new_inputs;
    tick.schedules += now.schedules;
    tick.features = std::max(tick.features, now.features);
    tick.edges = std::max(tick.edges, now.edges_reached);
    tick.corpus = corpus_.count();
    tick.findings += findings_;
    tick.buckets = buckets_.size();
    tick.restarts += restarts_;
    for (const FuzzWorker& worker : workers_) {
      tick.workers.push_back(worker.tick());
      tick.executions_per_s += tick.workers.back().executions_per_s;
    }
    return tick;
  }

  void show_status() {
    if (Clock::now() < next_status_) return;
    CampaignTick tick = now_tick();
    next_status_ = Clock::now() + kStatusInterval;
    if (all_ended()) tick.executions_per_s = 0;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (workers_[i].ended()) tick.workers[i].executions_per_s = 0;
    }
    const double left = options_.time_s > 0 ? std::max(0.0, options_.time_s - session_s()) : -1;
    options_.on_status({tick, left, figures().edges, chance_of_new(), triage_.minimizing(), triage_.waiting()});
  }

  Expected<FuzzReport> report() {
    const auto restarts = assign(report_.restarts, record_.store().restarts());
    if (!restarts) return tl::unexpected(restarts.error());
    report_.target = options_.target;
    report_.kernel = options_.kernel;
    report_.total = now_tick();
    report_.seconds = session_s();
    report_.end = *end_;
    report_.edges = figures().edges;
    report_.files_read = figures().files_read;
    report_.buckets = buckets_.records();
    report_.not_reproduced.assign(triage_.not_reproduced().begin(), triage_.not_reproduced().end());
    report_.total.executions_per_s =
        static_cast<std::uint64_t>(static_cast<double>(figures().executions) / std::max(report_.seconds, 1e-3));
    return std::move(report_);
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
  Child cleaner_;
  std::vector<FuzzWorker> workers_;
  const std::uint64_t min_free_;
  const Clock::time_point start_;
  Clock::time_point next_status_ = start_ + kStatusInterval;
  Clock::time_point next_files_ = start_ + kFilesInterval;
  Clock::time_point next_sync_ = start_ + kStatusInterval;
  std::string sync_failed_;
  std::uint64_t starts_ = 0;
  FuzzReport report_;
  std::uint64_t findings_ = 0;  // of this session
  std::uint64_t restarts_ = 0;
  std::optional<Clock::time_point> stop_at_;  // set once the jobs have been asked to end
  std::optional<FuzzEnd> end_;
};

Expected<void> check_options(const FuzzOptions& options) {
  if (options.jobs < 1 || options.jobs > kJobsMax) {
    return make_error(ErrorCode::kUsage, fmt::format("jobs: is {}, must be 1..{}", options.jobs, kJobsMax));
  }
  for (const std::string& folder : options.seeds) {
    if (auto ok = check_folder(folder); !ok) return ok;
  }
  return {};
}

Expected<void> check_to_resume(const FuzzOptions& options) {
  const auto marker = read_marker(options.folder);
  if (!marker) return tl::unexpected(marker.error());
  if (*marker && (*marker)->kind == FolderKind::kCampaign && CampaignStore::is_in(options.folder)) return {};
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: there is no campaign to resume (see docs/campaigns.md)", options.folder));
}

// Makes nothing if one of the folders is not ours, or without an engine.
Expected<void> make_campaign(FuzzOptions& options) {
  if (auto engine = find_engine(options.target, options.engine); !engine) return tl::unexpected(engine.error());
  options.corpus = corpus_of(options);
  return check_campaign_folders(options)
      .and_then([&] { return claim_folder(options.folder, FolderKind::kCampaign); })
      .map([](const auto&) {});
}

}  // namespace

Expected<FuzzReport> fuzz_campaign(FuzzOptions options, const std::set<std::string>& named) {
  const auto start = Clock::now();
  const auto ours = check_options(options)
                        .and_then([&] { return options.resume ? check_to_resume(options) : make_campaign(options); })
                        .and_then([&] { return check_no_links(options.folder); });
  if (!ours) return tl::unexpected(ours.error());
  auto lock = FolderLock::take(options.folder);
  if (!lock) return tl::unexpected(lock.error());
  if (auto ok = check_writable(options.folder); !ok) return tl::unexpected(ok.error());
  auto record = CampaignRecord::open(options, named);
  if (!record) return tl::unexpected(record.error());
  auto engine = find_engine(options.target, options.engine);
  if (!engine) return tl::unexpected(engine.error());
  const auto writable =
      claim_campaign_folders(options).and_then([&] { return check_writable(options.corpus); }).and_then([&] {
        return check_writable(options.out);
      });
  if (!writable) return tl::unexpected(writable.error());
  options.say(fmt::format("fuzzing in {}{}", options.folder, options.resume ? ", continuing where it stopped" : ""));
  return Campaign(std::move(options), std::move(*lock), std::move(*record), std::move(*engine), start).run();
}

}  // namespace straylane
