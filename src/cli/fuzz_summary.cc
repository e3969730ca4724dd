#include "cli/fuzz_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "campaign/bucket_folders.h"
#include "cli/next_steps.h"
#include "cli/report_input.h"
#include "domain/counted_noun.h"
#include "report/report_text.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNotReproduced = "ended an engine process, and does not fail in a worker: ";

bool is_new(const BucketRecord& record, const FuzzReport& report) {
  return std::ranges::find(report.new_buckets, record.bucket) != report.new_buckets.end();
}

std::string kernel_option(const FuzzReport& report) {
  return report.kernel.empty() ? "" : " --kernel " + shell_word(report.kernel);
}

// Returns the command that minimises a bucket's smallest input. It names the target, because an input does not.
std::string minimize_command(const BucketRecord& record, const FuzzReport& report, const std::string& folder) {
  const fs::path input = fs::path(folder) / "buckets" / record.bucket / ("smallest-" + record.smallest);
  const std::string target = report.target == needed_target(false).name ? "" : " --target " + report.target;
  return fmt::format("./straylane minimize {}{}{}", shell_word(input.string()), target, kernel_option(report));
}

std::string bucket_text(const BucketRecord& record, const FuzzReport& report, const std::string& folder) {
  std::string text = fmt::format("bucket {}\n  {}\n  {}\n", record.bucket, record.message,
                                 counted_noun(record.count, "failing execution"));
  if (!record.folder.empty()) return text + fmt::format("  {}: {}\n", record.minimization, record.folder);
  if (!record.reason.empty()) text += fmt::format("  {}: {}\n", record.minimization, record.reason);
  return text + fmt::format("  {}\n", minimize_command(record, report, folder));
}

}  // namespace

nlohmann::ordered_json fuzz_document(const FuzzReport& report) {
  auto findings = nlohmann::ordered_json::array();
  auto names = nlohmann::ordered_json::array();
  for (const BucketRecord& record : report.buckets) {
    names.push_back(record.bucket);
    findings.push_back(bucket_to_json(record));
    findings.back()["new"] = is_new(record, report);
  }
  return {{"format", kFuzzFormat},
          {"target", report.target},
          {"status", report.end == FuzzEnd::kInterrupted ? "interrupted" : "ran"},
          {"reason", ""},
          {"executions", report.total.executions},
          {"executions_per_s", report.total.executions_per_s},
          {"features", report.total.features},
          {"corpus_size", report.total.corpus},
          {"files_read", report.files_read},
          {"seconds_to_first_run", report.seconds_to_first_run},
          {"edges_reached", report.total.edges},
          {"edges", report.edges},
          {"schedules", report.total.schedules},
          {"failing_executions", report.total.findings},
          {"new_behaviour", report.total.new_behaviour},
          {"restarts", report.restarts},
          {"seconds", report.seconds},
          {"time_s", report.total.time_s},
          {"ended_by", to_string(report.end)},
          {"buckets", names},
          {"findings", findings},
          {"artifacts", report.not_reproduced}};
}

std::string fuzz_summary(const FuzzReport& report, const std::string& folder) {
  const CampaignTick& t = report.total;
  const std::string edges =
      report.edges == 0 ? "" : fmt::format(", {} of {} edges of device code", t.edges, report.edges);
  std::string text = fmt::format("{} executions in {:.1f} s, corpus {}, features {}{}, ended by {}\n", t.executions,
                                 t.time_s, t.corpus, t.features, edges, to_string(report.end));
  for (const auto& [why, times] : report.restarts) text += fmt::format("engine restarted {} times: {}\n", times, why);
  std::size_t known = 0;
  for (const BucketRecord& record : report.buckets) {
    if (is_new(record, report)) text += bucket_text(record, report, folder);
    known += !is_new(record, report);
  }
  for (const std::string& input : report.not_reproduced) text += kNotReproduced + input + "\n";
  if (known > 0) text += counted_noun(known, "bucket") + " from before: ./straylane status\n";
  if (report.new_buckets.empty() && report.not_reproduced.empty()) text += "nothing found\n";
  return text;
}

std::vector<std::string> commands_after(const FuzzReport& report, const std::string& folder) {
  std::vector<std::string> commands;
  const auto found = std::ranges::find_if(report.buckets, [&](const BucketRecord& r) { return is_new(r, report); });
  if (found != report.buckets.end()) {
    commands.push_back(found->folder.empty() ? minimize_command(*found, report, folder)
                                             : "./straylane replay " + shell_word(found->folder));
  }
  if (report.end == FuzzEnd::kInterrupted) {
    commands.push_back("./straylane fuzz --resume --campaign " + shell_word(folder));
  }
  commands.push_back("./straylane status " + shell_word(folder));
  if (found != report.buckets.end()) commands.push_back(report_command(folder));
  return commands;
}

Expected<RunRecord> fuzz_record(const FuzzReport& report, const std::string& folder) {
  CampaignSummary campaign{.folder = folder};
  std::vector<std::string> folders;
  for (const BucketRecord& record : report.buckets) {
    if (!is_new(record, report)) continue;
    campaign.buckets.push_back(record);
    std::error_code error;
    const bool has_finding = !record.folder.empty() && fs::exists(fs::path(record.folder) / "case.json", error);
    if (has_finding) folders.push_back(record.folder);
  }
  for (const std::string& input : report.not_reproduced) {
    campaign.buckets.push_back({.bucket = fs::path(input).filename().string(),
                                .message = kNotReproduced + input,
                                .count = 1,
                                .minimization = "not-reproduced"});
  }
  auto run = read_report_input(folders);
  if (!run) return run;
  run->version = STRAYLANE_VERSION;
  run->command =
      fmt::format("fuzz --campaign {} --target {}{}", shell_word(folder), report.target, kernel_option(report));
  run->targets = {{.target = report.target,
                   .ran = true,
                   .kernel = report.kernel,
                   .cases = report.total.executions,
                   .launches = report.total.executions,
                   .schedules = report.total.schedules,
                   .seconds = report.seconds,
                   .ended_by = to_string(report.end)}};
  run->campaigns = {std::move(campaign)};
  return run;
}

}  // namespace straylane
