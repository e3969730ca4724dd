#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "campaign/campaign_store.h"
#include "campaign/tick_line.h"
#include "cli/campaign_screen.h"
#include "cli/campaign_verbs.h"
#include "cli/fuzz_summary.h"
#include "cli/json_document.h"
#include "domain/counted_noun.h"
#include "os/folder_lock.h"

namespace straylane {
namespace {

struct StatusVerb {
  std::string folder = ".straylane/campaign";
  bool json = false;
};

// Everything that a campaign's store has, read while the campaign may go on.
struct CampaignStatus {
  bool running = false;
  std::map<std::string, std::string> options;
  CampaignTick tick;
  std::vector<BucketRecord> buckets;
  std::vector<SessionRecord> sessions;
  std::map<std::string, std::uint64_t> restarts;
};

Expected<CampaignStatus> read_status(const std::string& folder) {
  if (!CampaignStore::is_in(folder)) {
    return make_error(ErrorCode::kUsage, fmt::format("{}: there is no campaign", folder));
  }
  CampaignStatus status;
  status.running = FolderLock::is_taken(folder);
  auto store = CampaignStore::read(folder);
  if (!store) return tl::unexpected(store.error());
  const auto take = [](auto&& read, auto& into) {
    return read.map([&into](auto&& value) { into = std::forward<decltype(value)>(value); });
  };
  const auto all = take(store->options(), status.options)
                       .and_then([&] { return take(store->last_tick(), status.tick); })
                       .and_then([&] { return take(store->buckets(), status.buckets); })
                       .and_then([&] { return take(store->sessions(), status.sessions); })
                       .and_then([&] { return take(store->restarts(), status.restarts); });
  if (!all) return tl::unexpected(all.error());
  return status;
}

nlohmann::ordered_json document_of(const CampaignStatus& status, const std::string& folder) {
  auto statistics = nlohmann::ordered_json::parse(to_json_line(status.tick));
  statistics.erase("workers");  // they are in stats.ndjson, for the running campaign
  auto sessions = nlohmann::ordered_json::array();
  for (const SessionRecord& s : status.sessions) {
    sessions.push_back({{"started_at", s.started_at}, {"host", s.host}, {"pid", s.pid}, {"seconds", s.seconds},
                        {"ended_by", s.ended_by}});
  }
  auto buckets = nlohmann::ordered_json::array();
  for (const BucketRecord& record : status.buckets) buckets.push_back(bucket_to_json(record));
  return {{"format", "straylane-status/1"}, {"status", "ran"},        {"reason", ""},
          {"campaign", folder},             {"running", status.running}, {"options", status.options},
          {"statistics", statistics},       {"sessions", sessions},   {"restarts", status.restarts},
          {"buckets", buckets}};
}

void print_text(const CampaignStatus& status, const std::string& folder) {
  const CampaignTick& t = status.tick;
  const auto target = status.options.find("target");
  fmt::print("{}: target {}, {}\n", folder, target == status.options.end() ? "?" : target->second,
             status.running ? fmt::format("running in process {}", status.sessions.empty() ? 0 : status.sessions.back().pid)
                            : "not running");
  fmt::print("  {} in {}, {} executions, corpus {}, features {}, {}\n", clock_text(t.time_s),
             counted_noun(status.sessions.size(), "session"), t.executions, t.corpus, t.features,
             counted_noun(t.restarts, "restart"));
  for (const auto& [why, times] : status.restarts) fmt::print("  engine restarted {} times: {}\n", times, why);
  if (!status.running && !status.sessions.empty()) {
    const std::string& by = status.sessions.back().ended_by;
    fmt::print("  ended by {}\n", by.empty() ? "being killed, or an error" : by);
  }
  for (const BucketRecord& record : status.buckets) {
    fmt::print("bucket {}\n  {}\n  {} failing executions, first after {}, {}\n", record.bucket, record.message,
               record.count, clock_text(record.first_time_s),
               record.folder.empty() ? record.minimization : record.minimization + ": " + record.folder);
  }
}

ExitCode run_status(const StatusVerb& verb) {
  const auto status = read_status(verb.folder);
  if (!status) {
    if (verb.json) print_document(error_document("straylane-status/1", status.error()));
    return report_error(status.error());
  }
  verb.json ? print_document(document_of(*status, verb.folder)) : print_text(*status, verb.folder);
  return ExitCode::kClean;
}

}  // namespace

Run add_status(CLI::App& app) {
  auto verb = std::make_shared<StatusVerb>();
  app.add_option("campaign", verb->folder, "folder of the campaign")->capture_default_str();
  app.add_flag("--json", verb->json, "one JSON document on stdout and nothing else");
  return [verb] { return run_status(*verb); };
}

}  // namespace straylane
