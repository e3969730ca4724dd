#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "campaign/fuzz_options.h"
#include "campaign/stop_rules.h"
#include "domain/error.h"

namespace straylane {

struct FuzzReport {
  std::string target;   // those of the campaign, which `--resume` does not need to be told
  std::string kernel;
  CampaignTick total;   // of all sessions
  double seconds = 0;   // of this one
  double seconds_to_first_run = -1;  // until an engine process ran its first input; -1: none did
  FuzzEnd end = FuzzEnd::kTime;
  std::uint64_t edges = 0;       // that there are, of device code; 0 where it is not counted
  std::uint64_t files_read = 0;  // that the first engine process had read, corpus and seeds
  std::vector<BucketRecord> buckets;      // of all sessions, in the order in which they were found
  std::vector<std::string> new_buckets;   // of this one
  std::vector<std::string> not_reproduced;  // inputs that ended an engine process and do not fail in a worker
  std::map<std::string, std::uint64_t> restarts;  // engine processes that died, by reason, all sessions
};

// A session of a campaign: starts and watches the engine processes (fuzz_host for target host, fuzz_launch for the
// others), one for each job; starts another where one dies; takes in what they tell; writes it down in `options.folder`
// (docs/campaigns.md); and has findings minimised.
//
// Every process dies with the thread that calls this, however that ends, and what was in the middle of being written is
// taken away (left_over_cleaner.h). Needs to be the only thread of its process.
//
// `named`: the options that were said, by their names on the command line, for `--resume` (restore_options).
//
// Errors: kUsage for a folder that another campaign has, that is not ours (campaign_folders.h), or where there is a
// campaign already and no `resume` (or none, and `resume`); kUnsupported where there is no fuzz binary, or the target
// cannot run; kStorage for a folder that is missing or cannot be written, also when it fills up on the way; kInternal
// for jobs that die whenever they are started.
Expected<FuzzReport> fuzz_campaign(FuzzOptions options, const std::set<std::string>& named = {});

}  // namespace straylane
