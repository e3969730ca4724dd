#include <fmt/format.h>

#include <memory>

#include "campaign/bucket_folders.h"
#include "campaign/campaign_record.h"
#include "campaign/campaign_store.h"
#include "cli/campaign_screen.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "codec/json_fields.h"
#include "domain/counted_noun.h"
#include "os/folder_lock.h"

namespace straylane {

STRAYLANE_MEMBERS(SessionRecord, started_at, host, pid, seconds, ended_by)

namespace {

// Everything that a campaign's store has. The campaign may be running while it is read.
struct CampaignStatus {
  bool running = false;
  std::map<std::string, std::string> options;
  CampaignTick tick;
  std::vector<BucketRecord> buckets;
  std::vector<SessionRecord> sessions;
  std::map<std::string, std::uint64_t> restarts;
};

Expected<CampaignStatus> read_status(const std::string& folder) {
  if (!CampaignStore::is_in(folder))
    return make_error(ErrorCode::kUsage, folder + ": there is no campaign (see docs/campaigns.md)");
  CampaignStatus status{.running = FolderLock::is_taken(folder)};
  auto store = CampaignStore::read(folder);
  if (!store) return tl::unexpected(store.error());
  return assign(status.options, store->options())
      .and_then([&] { return assign(status.tick, store->last_tick()); })
      .and_then([&] { return assign(status.buckets, store->buckets()); })
      .and_then([&] { return assign(status.sessions, store->sessions()); })
      .and_then([&] { return assign(status.restarts, store->restarts()); })
      .map([&] { return std::move(status); });
}

nlohmann::ordered_json fields_of(const CampaignStatus& status, const std::string& folder) {
  auto statistics = nlohmann::ordered_json::parse(to_json_line(status.tick));
  statistics.erase("workers");  // stats.ndjson has them, for the running campaign
  auto buckets = nlohmann::ordered_json::array();
  for (const BucketRecord& record : status.buckets) buckets.push_back(bucket_to_json(record));
  return {{"campaign", folder},
          {"running", status.running},
          {"options", status.options},
          {"statistics", statistics},
          {"sessions", JsonFieldWriter::value_of(status.sessions)},
          {"restarts", status.restarts},
          {"buckets", buckets}};
}

std::string text_of(const CampaignStatus& status, const std::string& folder) {
  const CampaignTick& t = status.tick;
  const auto target = status.options.find("target");
  const pid_t pid = status.sessions.empty() ? 0 : status.sessions.back().pid;
  std::string text = fmt::format("{}: target {}, {}\n", folder, target == status.options.end() ? "?" : target->second,
                                 status.running ? fmt::format("running in process {}", pid) : "not running");
  text += fmt::format("  {} in {}, {} executions, corpus {}, features {}, {}\n", clock_text(t.time_s),
                      counted_noun(status.sessions.size(), "session"), t.executions, t.corpus, t.features,
                      counted_noun(t.restarts, "restart"));
  for (const auto& [why, times] : status.restarts) text += fmt::format("  engine restarted {} times: {}\n", times, why);
  if (!status.running && !status.sessions.empty()) {
    const std::string& by = status.sessions.back().ended_by;
    text += fmt::format("  ended by {}\n", by.empty() ? "being killed, or an error" : by);
  }
  for (const BucketRecord& record : status.buckets) {
    text += fmt::format("bucket {}\n  {}\n  {} failing executions, first after {}, {}\n", record.bucket, record.message,
                        record.count, clock_text(record.first_time_s),
                        record.folder.empty() ? record.minimization : record.minimization + ": " + record.folder);
  }
  return text;
}

}  // namespace

Run add_status(CLI::App& app) {
  auto options = std::make_shared<CommonOptions>();
  options->input = ".straylane/campaign";
  app.add_option("campaign", options->input, "folder of the campaign")->capture_default_str();
  app.add_flag("--json", options->json, "one JSON document on stdout and nothing else");
  return [options] {
    const std::string& folder = options->input;
    const auto answer = read_status(folder).map(
        [&](const CampaignStatus& status) { return Answer{fields_of(status, folder), text_of(status, folder)}; });
    return print_answer(answer, options->json, "straylane-status/1");
  };
}

}  // namespace straylane
