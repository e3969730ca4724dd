#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "campaign/campaign_store.h"
#include "campaign/fuzz_options.h"
#include "campaign/statistics_file.h"

namespace straylane {

// What a campaign writes down of its figures: ticks into the store and stats.ndjson, on top of what earlier sessions
// came to.
class CampaignRecord {
 public:
  // Opens or makes both in `options.folder`, which exists and is locked, and begins a session. Where the options say
  // `resume` they take over what the campaign has kept (restore_options); else a campaign that is there already is kUsage.
  static Expected<CampaignRecord> open(FuzzOptions& options, const std::set<std::string>& named);

  CampaignStore& store() { return store_; }
  const CampaignTick& before() const { return before_; }  // what earlier sessions came to

  // Whether the next tick is to be written, `session_s` after the start of the session.
  bool due(double session_s) const { return session_s >= next_s_; }
  // Writes it: `save` writes what else belongs to this moment, in the same transaction. kStorage.
  Expected<void> add(const CampaignTick& tick, double session_s, const std::function<Expected<void>()>& save);
  Expected<void> end(const std::string& ended_by) { return store_.end_session(ended_by); }

 private:
  CampaignRecord(CampaignStore store, StatisticsFile file, CampaignTick before)
      : store_(std::move(store)), file_(std::move(file)), before_(std::move(before)) {}

  CampaignStore store_;
  StatisticsFile file_;
  CampaignTick before_;
  double next_s_ = 1;
};

}  // namespace straylane
