#include "campaign/campaign_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "campaign/campaign_folders.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "campaign.sqlite";
constexpr const char* kFormat = "straylane-campaign/2";

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS campaign(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions(id INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, host TEXT NOT NULL,
  pid INTEGER NOT NULL, seconds REAL NOT NULL DEFAULT 0, ended_by TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS statistics(time_s REAL NOT NULL, executions INTEGER NOT NULL, executions_per_s INTEGER NOT NULL,
  corpus INTEGER NOT NULL, features INTEGER NOT NULL, edges INTEGER NOT NULL, schedules INTEGER NOT NULL,
  findings INTEGER NOT NULL, buckets INTEGER NOT NULL, new_behaviour INTEGER NOT NULL, restarts INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS restarts(session INTEGER NOT NULL, time_s REAL NOT NULL, job INTEGER NOT NULL, why TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS buckets(bucket TEXT PRIMARY KEY, message TEXT NOT NULL, count INTEGER NOT NULL,
  first_time_s REAL NOT NULL, first_job INTEGER NOT NULL, first TEXT NOT NULL, smallest TEXT NOT NULL,
  minimization TEXT NOT NULL, folder TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS findings(sha1 TEXT NOT NULL, bucket TEXT NOT NULL, time_s REAL NOT NULL, job INTEGER NOT NULL,
  bytes INTEGER NOT NULL, PRIMARY KEY(sha1, bucket)) WITHOUT ROWID;
)";

}  // namespace

bool CampaignStore::is_in(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / kFile, error);
}

bool CampaignStore::is_empty(const fs::path& folder) {
  std::error_code error;
  return is_in(folder) && fs::file_size(folder / kFile, error) == 0;
}

Expected<CampaignStore> CampaignStore::create_or_open(const fs::path& folder) {
  auto database = SqliteDatabase::open(folder / kFile, SqliteDatabase::Mode::kCreate);
  if (!database) return tl::unexpected(database.error());
  CampaignStore store(std::move(*database), folder);
  const auto made =
      store.database_.run("BEGIN IMMEDIATE")
          .and_then([&] { return store.database_.run(kSchema); })
          .and_then([&] { return store.database_.run("INSERT OR IGNORE INTO campaign VALUES('format', ?)", kFormat); })
          .and_then([&] { return store.commit(); })
          .and_then([&] { return store.check_format((folder / kFile).string()); });
  if (!made) return tl::unexpected(made.error());
  return store;
}

Expected<CampaignStore> CampaignStore::read(const fs::path& folder) {
  auto database = SqliteDatabase::open(folder / kFile, SqliteDatabase::Mode::kRead);
  if (!database) return tl::unexpected(database.error());
  CampaignStore store(std::move(*database), folder);
  if (auto ok = store.check_format((folder / kFile).string()); !ok) return tl::unexpected(ok.error());
  return store;
}

Expected<void> CampaignStore::check_format(const std::string& path) {
  const auto values = options();
  if (!values) return tl::unexpected(values.error());
  const auto format = values->find("format");
  if (format != values->end() && format->second == kFormat) return {};
  return make_error(ErrorCode::kMalformed, fmt::format("{}: format is \"{}\", must be \"{}\"", path,
                                                       format == values->end() ? "" : format->second, kFormat));
}

Expected<std::map<std::string, std::string>> CampaignStore::options() {
  std::map<std::string, std::string> options;
  const auto take = [&](const SqliteRow& row) { options[row.text(0)] = row.text(1); };
  return database_.query("SELECT key, value FROM campaign", take).map([&] { return std::move(options); });
}

Expected<CampaignTick> CampaignStore::last_tick() {
  CampaignTick tick;
  const auto take = [&](const SqliteRow& row) {
    tick.time_s = row.real(0);
    int column = 0;
    for (std::uint64_t* count : {&tick.executions, &tick.executions_per_s, &tick.corpus, &tick.features, &tick.edges,
                                 &tick.schedules, &tick.findings, &tick.buckets, &tick.new_behaviour, &tick.restarts}) {
      *count = row.number(++column);
    }
  };
  return database_
      .query(
          "SELECT time_s, executions, executions_per_s, corpus, features, edges, schedules, findings, buckets, "
          "new_behaviour, restarts FROM statistics ORDER BY rowid DESC LIMIT 1",
          take)
      .map([&] { return tick; });
}

Expected<std::vector<BucketRecord>> CampaignStore::buckets() {
  std::vector<BucketRecord> buckets;
  const auto take = [&](const SqliteRow& row) {
    buckets.push_back({row.text(0), row.text(1), row.number(2), row.real(3), row.number<std::uint32_t>(4), row.text(5),
                       row.text(6), row.text(7), path_kept(folder_, row.text(8)), row.text(9)});
  };
  return database_
      .query(
          "SELECT bucket, message, count, first_time_s, first_job, first, smallest, minimization, folder, reason "
          "FROM buckets ORDER BY first_time_s, bucket",
          take)
      .map([&] { return std::move(buckets); });
}

Expected<std::vector<SessionRecord>> CampaignStore::sessions() {
  std::vector<SessionRecord> sessions;
  const auto take = [&](const SqliteRow& row) {
    sessions.push_back({row.number<std::int64_t>(0), row.text(1), row.number<pid_t>(2), row.real(3), row.text(4)});
  };
  return database_.query("SELECT started_at, host, pid, seconds, ended_by FROM sessions ORDER BY id", take).map([&] {
    return std::move(sessions);
  });
}

Expected<std::map<std::string, std::uint64_t>> CampaignStore::restarts() {
  std::map<std::string, std::uint64_t> restarts;
  const auto take = [&](const SqliteRow& row) { restarts[row.text(0)] = row.number(1); };
  return database_.query("SELECT why, count(*) FROM restarts GROUP BY why", take).map([&] {
    return std::move(restarts);
  });
}

Expected<void> CampaignStore::set_options(const std::map<std::string, std::string>& options) {
  for (const auto& [key, value] : options) {
    if (auto ok = database_.run("INSERT OR REPLACE INTO campaign VALUES(?, ?)", key, value); !ok) return ok;
  }
  return {};
}

Expected<void> CampaignStore::begin_session() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  const auto take = [this](const SqliteRow& row) { session_ = row.number<std::int64_t>(0); };
  return database_.query("INSERT INTO sessions(started_at, host, pid) VALUES(?, ?, ?) RETURNING id", take,
                         std::time(nullptr), host.data(), getpid());
}

Expected<void> CampaignStore::add_restart(double time_s, std::uint32_t job, const std::string& why) {
  return database_.run("INSERT INTO restarts VALUES(?, ?, ?, ?)", session_, time_s, job, why);
}

Expected<void> CampaignStore::add_finding(const std::string& sha1, const std::string& bucket, double time_s,
                                          std::uint32_t job, std::size_t bytes) {
  return database_.run("INSERT OR IGNORE INTO findings VALUES(?, ?, ?, ?, ?)", sha1, bucket, time_s, job, bytes);
}

Expected<void> CampaignStore::put_bucket(const BucketRecord& b) {
  return database_.run("INSERT OR REPLACE INTO buckets VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", b.bucket, b.message,
                       b.count, b.first_time_s, b.first_job, b.first, b.smallest, b.minimization,
                       path_to_keep(folder_, b.folder), b.reason);
}

Expected<void> CampaignStore::add_tick(const CampaignTick& t, double session_s) {
  return database_
      .run("INSERT INTO statistics VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", t.time_s, t.executions, t.executions_per_s,
           t.corpus, t.features, t.edges, t.schedules, t.findings, t.buckets, t.new_behaviour, t.restarts)
      .and_then([&] { return database_.run("UPDATE sessions SET seconds = ? WHERE id = ?", session_s, session_); });
}

Expected<void> CampaignStore::end_session(const std::string& ended_by) {
  return database_.run("UPDATE sessions SET ended_by = ? WHERE id = ?", ended_by, session_);
}

}  // namespace straylane
