#include "report/run_record.h"

#include <algorithm>

namespace straylane {

std::vector<SummaryBucket> buckets_without_finding(const RunRecord& run) {
  std::vector<SummaryBucket> without;
  for (const CampaignSummary& campaign : run.campaigns) {
    for (const SummaryBucket& bucket : campaign.buckets) {
      const bool known = std::any_of(run.findings.begin(), run.findings.end(), [&](const FindingRecord& record) {
        return record.finding.bucket == bucket.bucket;
      });
      if (!known) without.push_back(bucket);
    }
  }
  return without;
}

}  // namespace straylane
