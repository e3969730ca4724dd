#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/campaign_summary.h"
#include "report/finding_record.h"
#include "report/hunt_json.h"

namespace straylane {

// What all report formats are made of: one run of a verb, or what lies in folders of findings and campaigns.
struct RunRecord {
  std::string version;  // of Straylane
  std::string command;  // such as "hunt --seed 1", for people
  std::vector<TargetRow> targets;
  std::vector<FindingRecord> findings;
  std::vector<CampaignSummary> campaigns;
  int exit_code = 0;
  std::string problem;  // what ended the run before its end, or why it could not run; empty where nothing
};

// Buckets of the campaigns that none of the findings is of: what failed, and has not been minimised.
std::vector<SummaryBucket> buckets_without_finding(const RunRecord& run);

}  // namespace straylane
