#include "report/run_json.h"

#include <nlohmann/json.hpp>

namespace straylane {
namespace {

using json = nlohmann::ordered_json;

json campaign_to_json(const CampaignSummary& campaign) {
  const CampaignTick& t = campaign.ticks.back();
  json buckets = json::array();
  for (const SummaryBucket& b : campaign.buckets) {
    buckets.push_back({{"bucket", b.bucket},
                       {"message", b.message},
                       {"count", b.count},
                       {"first_time_s", b.first_time_s},
                       {"minimization", b.minimization},
                       {"folder", b.folder}});
  }
  return {{"folder", campaign.folder},
          {"ticks", campaign.ticks.size()},
          {"last",
           {{"time_s", t.time_s},
            {"executions", t.executions},
            {"executions_per_s", t.executions_per_s},
            {"corpus", t.corpus},
            {"features", t.features},
            {"edges", t.edges},
            {"schedules", t.schedules},
            {"findings", t.findings},
            {"buckets", t.buckets},
            {"new_behaviour", t.new_behaviour},
            {"restarts", t.restarts}}},
          {"buckets", buckets}};
}

}  // namespace

std::string render_run_json(const RunRecord& run) {
  json document = {{"format", "straylane-report/1"}, {"version", run.version},    {"command", run.command},
                   {"exit_code", run.exit_code},     {"problem", run.problem},    {"targets", json::array()},
                   {"findings", json::array()},      {"campaigns", json::array()}};
  for (const TargetRow& row : run.targets) document["targets"].push_back(target_to_json(row));
  for (const FindingRecord& record : run.findings) {
    document["findings"].push_back(finding_to_json(record.finding, record.location));
  }
  for (const CampaignSummary& campaign : run.campaigns) document["campaigns"].push_back(campaign_to_json(campaign));
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace straylane
