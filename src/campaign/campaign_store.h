#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "campaign/sqlite.h"
#include "domain/campaign_records.h"
#include "domain/error.h"

namespace straylane {

struct SessionRecord {
  std::int64_t started_at = 0;  // seconds since 1970
  std::string host;
  pid_t pid = 0;
  double seconds = 0;
  std::string ended_by;  // empty while it runs, or if it was killed

  bool operator==(const SessionRecord&) const = default;
};

// The state of a campaign, in `folder`/campaign.sqlite:
//
//   campaign(key, value)                            format and options
//   sessions(id, started_at, host, pid, seconds, ended_by)
//   statistics(time_s, executions, ..)              the ticks, without their workers
//   restarts(session, time_s, job, why)
//   buckets(bucket, message, count, ..)             BucketRecord, with its folder as seen from the campaign's
//   findings(sha1, bucket, time_s, job, bytes)      inputs that became a bucket's first or smallest
//
// Errors: kStorage; kMalformed for a database that does not belong to a campaign.
class CampaignStore {
 public:
  static Expected<CampaignStore> create_or_open(const std::filesystem::path& folder);
  static Expected<CampaignStore> read(const std::filesystem::path& folder);
  static bool is_in(const std::filesystem::path& folder);     // the file exists
  static bool is_empty(const std::filesystem::path& folder);  // the file exists and has no content

  Expected<std::map<std::string, std::string>> options();  // by name
  Expected<CampaignTick> last_tick();                      // zeros if there is none
  Expected<std::vector<BucketRecord>> buckets();
  Expected<std::vector<SessionRecord>> sessions();
  Expected<std::map<std::string, std::uint64_t>> restarts();  // by reason, over all sessions

  Expected<void> set_options(const std::map<std::string, std::string>& options);
  Expected<void> begin_session();
  Expected<void> add_restart(double time_s, std::uint32_t job, const std::string& why);
  Expected<void> add_finding(const std::string& sha1, const std::string& bucket, double time_s, std::uint32_t job,
                             std::size_t bytes);
  Expected<void> put_bucket(const BucketRecord& record);
  // Adds a tick, and notes how long the session has run.
  Expected<void> add_tick(const CampaignTick& tick, double session_s);
  Expected<void> end_session(const std::string& ended_by);

  // Make one transaction of the writes between them.
  Expected<void> begin() { return database_.run("BEGIN"); }
  Expected<void> commit() { return database_.run("COMMIT"); }

 private:
  CampaignStore(SqliteDatabase database, std::filesystem::path folder)
      : database_(std::move(database)), folder_(std::move(folder)) {}
  Expected<void> check_format(const std::string& path);

  SqliteDatabase database_;
  std::filesystem::path folder_;
  std::int64_t session_ = 0;
};

}  // namespace straylane
