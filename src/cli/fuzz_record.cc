#include "cli/fuzz_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/report_input.h"
#include "report/outside_text.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

TargetSummary summary_of(const FuzzReport& report) {
  TargetSummary row;
  row.target = report.target;
  row.ran = true;
  row.cases = row.launches = report.total.executions;
  row.schedules = report.total.schedules;
  row.seconds = report.seconds;
  row.ended_by = to_string(report.end);
  row.kernel = report.kernel;
  return row;
}

}  // namespace

Expected<RunRecord> fuzz_record(const FuzzReport& report, const std::string& folder) {
  RunRecord run;
  CampaignSummary campaign{.folder = folder, .ticks = {}, .buckets = {}};
  std::vector<std::string> folders;
  for (const BucketRecord& record : report.buckets) {
    if (std::find(report.new_buckets.begin(), report.new_buckets.end(), record.bucket) == report.new_buckets.end()) continue;
    campaign.buckets.push_back(record);
    std::error_code error;
    if (!record.folder.empty() && fs::exists(fs::path(record.folder) / "case.json", error)) folders.push_back(record.folder);
  }
  for (const std::string& input : report.not_reproduced) {
    campaign.buckets.push_back({.bucket = fs::path(input).filename().string(),
                                .message = "ended an engine process, and does not fail in a worker: " + input,
                                .count = 1,
                                .minimization = "not-reproduced"});
  }
  if (!folders.empty()) {
    auto read = read_report_input(folders);
    if (!read) return tl::unexpected(read.error());
    run.findings = std::move(read->findings);
  }
  run.version = STRAYLANE_VERSION;
  run.command = fmt::format("fuzz --campaign {} --target {}", shell_word(folder), report.target);
  if (!report.kernel.empty()) run.command += " --kernel " + shell_word(report.kernel);
  run.targets = {summary_of(report)};
  run.campaigns = {std::move(campaign)};
  return run;
}

}  // namespace straylane
