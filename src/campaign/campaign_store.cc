#include "campaign/campaign_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <utility>

#include "campaign/kept_path.h"

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

std::int64_t as_number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

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
  const auto made = store.database_.run("BEGIN IMMEDIATE")
                        .and_then([&] { return store.database_.run(kSchema); })
                        .and_then([&] {
                          return store.database_.run(
                              fmt::format("INSERT OR IGNORE INTO campaign VALUES('format', '{}')", kFormat));
                        })
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
  auto rows = database_.prepare("SELECT key, value FROM campaign");
  if (!rows) return tl::unexpected(rows.error());
  auto row = rows->step();
  for (; row && *row; row = rows->step()) options[rows->text(0)] = rows->text(1);
  if (!row) return tl::unexpected(row.error());
  return options;
}

Expected<CampaignTick> CampaignStore::last_tick() {
  CampaignTick tick;
  auto rows = database_.prepare(
      "SELECT time_s, executions, executions_per_s, corpus, features, edges, schedules, findings, buckets, "
      "new_behaviour, restarts FROM statistics ORDER BY rowid DESC LIMIT 1");
  if (!rows) return tl::unexpected(rows.error());
  const auto row = rows->step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return tick;
  tick.time_s = rows->real(0);
  int column = 0;
  for (std::uint64_t* field :
       {&tick.executions, &tick.executions_per_s, &tick.corpus, &tick.features, &tick.edges, &tick.schedules,
        &tick.findings, &tick.buckets, &tick.new_behaviour, &tick.restarts}) {
    *field = static_cast<std::uint64_t>(rows->number(++column));
  }
  return tick;
}

Expected<std::vector<BucketRecord>> CampaignStore::buckets() {
  std::vector<BucketRecord> buckets;
  auto rows = database_.prepare(
      "SELECT bucket, message, count, first_time_s, first_job, first, smallest, minimization, folder, reason "
      "FROM buckets ORDER BY first_time_s, bucket");
  if (!rows) return tl::unexpected(rows.error());
  auto row = rows->step();
  for (; row && *row; row = rows->step()) {
    buckets.push_back({rows->text(0), rows->text(1), static_cast<std::uint64_t>(rows->number(2)), rows->real(3),
                       static_cast<std::uint32_t>(rows->number(4)), rows->text(5), rows->text(6), rows->text(7),
                       path_kept(folder_, rows->text(8)), rows->text(9)});
  }
  if (!row) return tl::unexpected(row.error());
  return buckets;
}

Expected<std::vector<SessionRecord>> CampaignStore::sessions() {
  std::vector<SessionRecord> sessions;
  auto rows = database_.prepare("SELECT started_at, host, pid, seconds, ended_by FROM sessions ORDER BY id");
  if (!rows) return tl::unexpected(rows.error());
  auto row = rows->step();
  for (; row && *row; row = rows->step()) {
    sessions.push_back({rows->number(0), rows->text(1), static_cast<pid_t>(rows->number(2)), rows->real(3), rows->text(4)});
  }
  if (!row) return tl::unexpected(row.error());
  return sessions;
}

Expected<std::map<std::string, std::uint64_t>> CampaignStore::restarts() {
  std::map<std::string, std::uint64_t> restarts;
  auto rows = database_.prepare("SELECT why, count(*) FROM restarts GROUP BY why");
  if (!rows) return tl::unexpected(rows.error());
  auto row = rows->step();
  for (; row && *row; row = rows->step()) restarts[rows->text(0)] = static_cast<std::uint64_t>(rows->number(1));
  if (!row) return tl::unexpected(row.error());
  return restarts;
}

Expected<void> CampaignStore::set_options(const std::map<std::string, std::string>& options) {
  for (const auto& [key, value] : options) {
    auto row = database_.prepare("INSERT OR REPLACE INTO campaign VALUES(?, ?)");
    if (!row) return tl::unexpected(row.error());
    if (auto ok = row->bind(key).bind(value).run(); !ok) return ok;
  }
  return {};
}

Expected<void> CampaignStore::begin_session() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  auto row = database_.prepare("INSERT INTO sessions(started_at, host, pid) VALUES(?, ?, ?) RETURNING id");
  if (!row) return tl::unexpected(row.error());
  const auto made = row->bind(std::int64_t{std::time(nullptr)}).bind(host.data()).bind(std::int64_t{getpid()}).step();
  if (!made) return tl::unexpected(made.error());
  session_ = row->number(0);
  return row->run();
}

Expected<void> CampaignStore::add_restart(double time_s, std::uint32_t job, const std::string& why) {
  auto row = database_.prepare("INSERT INTO restarts VALUES(?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  return row->bind(session_).bind(time_s).bind(std::int64_t{job}).bind(why).run();
}

Expected<void> CampaignStore::add_finding(const std::string& sha1, const std::string& bucket, double time_s,
                                          std::uint32_t job, std::size_t bytes) {
  auto row = database_.prepare("INSERT OR IGNORE INTO findings VALUES(?, ?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  return row->bind(sha1).bind(bucket).bind(time_s).bind(std::int64_t{job}).bind(as_number(bytes)).run();
}

Expected<void> CampaignStore::put_bucket(const BucketRecord& b) {
  auto row = database_.prepare("INSERT OR REPLACE INTO buckets VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  row->bind(b.bucket).bind(b.message).bind(as_number(b.count)).bind(b.first_time_s).bind(std::int64_t{b.first_job});
  return row->bind(b.first)
      .bind(b.smallest)
      .bind(b.minimization)
      .bind(path_to_keep(folder_, b.folder))
      .bind(b.reason)
      .run();
}

Expected<void> CampaignStore::add_tick(const CampaignTick& t, double session_s) {
  auto row = database_.prepare("INSERT INTO statistics VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  row->bind(t.time_s);
  for (const std::uint64_t value : {t.executions, t.executions_per_s, t.corpus, t.features, t.edges, t.schedules,
                                    t.findings, t.buckets, t.new_behaviour, t.restarts}) {
    row->bind(as_number(value));
  }
  if (auto ok = row->run(); !ok) return ok;
  auto session = database_.prepare("UPDATE sessions SET seconds = ? WHERE id = ?");
  if (!session) return tl::unexpected(session.error());
  return session->bind(session_s).bind(session_).run();
}

Expected<void> CampaignStore::end_session(const std::string& ended_by) {
  auto row = database_.prepare("UPDATE sessions SET ended_by = ? WHERE id = ?");
  if (!row) return tl::unexpected(row.error());
  return row->bind(ended_by).bind(session_).run();
}

}  // namespace straylane
