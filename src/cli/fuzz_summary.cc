#include "cli/fuzz_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "domain/counted_noun.h"
#include "report/outside_text.h"
#include "targets/registry.h"

namespace straylane {
namespace {

std::string smallest_of(const std::string& folder, const BucketRecord& record) {
  return (std::filesystem::path(folder) / "buckets" / record.bucket / ("smallest-" + record.smallest)).string();
}

// An input does not say what it is one of.
std::string minimize_command(const std::string& input, const FuzzReport& report) {
  const std::string target = report.target == needed_target(false).name ? "" : " --target " + report.target;
  const std::string kernel = report.kernel.empty() ? "" : " --kernel " + shell_word(report.kernel);
  return fmt::format("./straylane minimize {}{}{}", shell_word(input), target, kernel);
}

std::string bucket_text(const BucketRecord& record, const FuzzReport& report, const std::string& folder) {
  std::string text = fmt::format("bucket {}\n  {}\n  {}\n", record.bucket, record.message,
                                 counted_noun(record.count, "failing execution"));
  if (!record.folder.empty()) return text + fmt::format("  {}: {}\n", record.minimization, record.folder);
  if (!record.reason.empty()) text += fmt::format("  {}: {}\n", record.minimization, record.reason);
  return text + fmt::format("  {}\n", minimize_command(smallest_of(folder, record), report));
}

}  // namespace

nlohmann::ordered_json bucket_to_json(const BucketRecord& record) {
  return {{"bucket", record.bucket},         {"message", record.message},
          {"count", record.count},           {"first_time_s", record.first_time_s},
          {"first_job", record.first_job},   {"first", "first-" + record.first},
          {"smallest", "smallest-" + record.smallest}, {"minimization", record.minimization},
          {"folder", record.folder},         {"reason", record.reason}};
}

nlohmann::ordered_json fuzz_document(const FuzzReport& report) {
  auto findings = nlohmann::ordered_json::array();
  auto names = nlohmann::ordered_json::array();
  for (const BucketRecord& record : report.buckets) {
    names.push_back(record.bucket);
    findings.push_back(bucket_to_json(record));
    findings.back()["new"] = std::find(report.new_buckets.begin(), report.new_buckets.end(), record.bucket) !=
                             report.new_buckets.end();
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
    const bool is_new = std::find(report.new_buckets.begin(), report.new_buckets.end(), record.bucket) !=
                        report.new_buckets.end();
    if (is_new) text += bucket_text(record, report, folder);
    known += !is_new;
  }
  for (const std::string& input : report.not_reproduced) {
    text += fmt::format("ended an engine process, and does not fail in a worker: {}\n", input);
  }
  if (known > 0) text += counted_noun(known, "bucket") + " from before: ./straylane status\n";
  if (report.new_buckets.empty() && report.not_reproduced.empty()) text += "nothing found\n";
  return text;
}

}  // namespace straylane
