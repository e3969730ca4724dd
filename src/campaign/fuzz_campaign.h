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
  std::string target;  // of the campaign; `--resume` does not name it
  std::string kernel;
  CampaignTick total;                // of all sessions
  double seconds = 0;                // of this session
  double seconds_to_first_run = -1;  // until an engine process ran its first input; -1: none did
  FuzzEnd end = FuzzEnd::kTime;
  std::uint64_t edges = 0;                        // all edges of device code; 0 if they are not counted
  std::uint64_t files_read = 0;                   // files of corpus and seeds that an engine process read at its start
  std::vector<BucketRecord> buckets;              // of all sessions, in the order in which they were found
  std::vector<std::string> new_buckets;           // of this session
  std::vector<std::string> not_reproduced;        // inputs that ended an engine process and do not fail in a worker
  std::map<std::string, std::uint64_t> restarts;  // engine processes that died, by reason, all sessions
};

// Runs one session of a campaign. Starts and watches one engine process for each job (fuzz_host for target host,
// fuzz_launch for the others), and starts another one when a process dies. Takes what they tell, writes it into
// `options.folder` (docs/campaigns.md), and has findings minimised.
//
// - Precondition: the calling thread is the only one of its process.
// - Every process dies with the calling thread, however that ends, and half-written files are removed
//   (campaign_folders.h).
// - `named`: the options that were given, by their names on the command line, for `--resume` (restore_options).
//
// Errors:
//   kUsage        the folder belongs to another campaign or is not ours (campaign_folders.h); it has a campaign and
//                 `resume` is false, or it has none and `resume` is true
//   kUnsupported  there is no fuzz binary, or the target cannot run
//   kStorage      a folder is missing or cannot be written to, also if the disk fills up during the session
//   kInternal     jobs die whenever they are started
Expected<FuzzReport> fuzz_campaign(FuzzOptions options, const std::set<std::string>& named = {});

}  // namespace straylane
