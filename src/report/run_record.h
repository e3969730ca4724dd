#pragma once

#include <string>
#include <vector>

#include "domain/bucket_record.h"
#include "domain/campaign_tick.h"
#include "domain/error.h"
#include "domain/target_summary.h"
#include "report/finding_record.h"

namespace straylane {

struct CampaignSummary {
  std::string folder;
  std::vector<CampaignTick> ticks;  // at least one; without their workers
  std::vector<BucketRecord> buckets;
};

// What all report formats are made of: one run of a verb, or what lies in folders of findings and campaigns.
struct RunRecord {
  std::string version;  // of Straylane
  std::string command;  // such as "hunt --seed 1", for people
  std::vector<TargetSummary> targets;
  std::vector<FindingRecord> findings;
  std::vector<CampaignSummary> campaigns;
  int exit_code = 0;
  std::string problem;  // what ended the run before its end, or why it could not run; empty where nothing did
};

// Buckets of the campaigns that none of the findings is of: what failed, and has not been minimised.
std::vector<BucketRecord> buckets_without_finding(const RunRecord& run);

// Why a target did not run, "skipped: ..." or "unsupported: ..."; empty where it ran.
std::string why_not_run(const TargetSummary& target);

}  // namespace straylane
