#pragma once

#include <functional>
#include <set>
#include <utility>

#include "campaign/campaign_store.h"
#include "campaign/fuzz_options.h"
#include "os/owned_fd.h"

namespace straylane {

// Gives one line of stats.ndjson, with its line end.
std::string to_json_line(const CampaignTick& tick);

// A file to which complete lines are appended. A line that a killed process or a full disk has cut off is removed: when
// the file is opened, or at once.
class StatisticsFile {
 public:
  // Errors: kStorage.
  static Expected<StatisticsFile> open(const std::filesystem::path& path);

  // Appends `line`, which has its line end.
  // Errors: kStorage; the file then ends with the line before.
  Expected<void> add(const std::string& line);

 private:
  StatisticsFile(OwnedFd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

  OwnedFd fd_;
  std::filesystem::path path_;
};

// Writes the figures of a campaign into its store and stats.ndjson, on top of those of earlier sessions.
class CampaignRecord {
 public:
  // Opens or makes both in `options.folder` and begins a session. With `options.resume` the options take over what the
  // campaign has kept (restore_options).
  // Precondition: the folder exists and is locked.
  // Errors: kUsage for an existing campaign without `resume`; those of restore_options; kMalformed, kStorage.
  static Expected<CampaignRecord> open(FuzzOptions& options, const std::set<std::string>& named);

  CampaignStore& store() { return store_; }
  const CampaignTick& before() const { return before_; }  // the last tick of earlier sessions

  // Tells whether the next tick is due, `session_s` after the start of the session.
  bool due(double session_s) const { return session_s >= next_s_; }
  // Writes a tick. `save` writes what else belongs to this moment, in the same transaction.
  // Errors: kStorage.
  Expected<void> add(const CampaignTick& tick, double session_s, const std::function<Expected<void>()>& save);

 private:
  CampaignRecord(CampaignStore store, StatisticsFile file, CampaignTick before)
      : store_(std::move(store)), file_(std::move(file)), before_(std::move(before)) {}

  CampaignStore store_;
  StatisticsFile file_;
  CampaignTick before_;
  double next_s_ = 1;
};

}  // namespace straylane
