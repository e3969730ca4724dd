#include "report/run_record.h"

#include <algorithm>

namespace straylane {

std::vector<BucketRecord> buckets_without_finding(const RunRecord& run) {
  std::vector<BucketRecord> without;
  for (const CampaignSummary& campaign : run.campaigns) {
    for (const BucketRecord& bucket : campaign.buckets) {
      const bool known = std::any_of(run.findings.begin(), run.findings.end(), [&](const FindingRecord& record) {
        return record.finding.bucket == bucket.bucket;
      });
      if (!known) without.push_back(bucket);
    }
  }
  return without;
}

std::string why_not_run(const TargetSummary& target) {
  if (target.ran) return {};
  return (target.skipped ? "skipped: " : "unsupported: ") + target.reason;
}

}  // namespace straylane
