#include "report/run_junit.h"

#include <fmt/format.h>

#include <set>

#include "report/failure_text.h"
#include "report/junit.h"
#include "report/text_report.h"

namespace straylane {
namespace {

JunitCase case_of(const FindingRecord& record) {
  const Finding& f = record.finding;
  JunitCase c{.suite = f.target, .name = f.bucket, .seconds = f.seconds_to_failure, .failure = what_failed(f.failure)};
  if (record.location && record.location->line > 0) {
    const std::string uri = uri_of(*record.location, f).uri;
    c.file = uri;
    c.line = record.location->line;
    c.detail = fmt::format("{}:{}\n", uri, record.location->line);
  }
  c.detail += record.text.empty() ? render_summary(f) : record.text;
  return c;
}

}  // namespace

std::string render_run_junit(const RunRecord& run) {
  std::vector<JunitCase> cases;
  std::set<std::string> suites;
  for (const TargetRow& row : run.targets) {
    JunitCase c{.suite = row.target, .name = "search", .seconds = row.seconds};
    if (!row.ran) c.skipped = fmt::format("{}: {}", row.skipped ? "skipped" : "unsupported", row.reason);
    suites.insert(row.target);
    cases.push_back(std::move(c));
  }
  for (const FindingRecord& record : run.findings) {
    suites.insert(record.finding.target);
    cases.push_back(case_of(record));
  }
  for (const SummaryBucket& bucket : buckets_without_finding(run)) {
    suites.insert("campaign");
    cases.push_back({.suite = "campaign",
                     .name = bucket.bucket,
                     .failure = bucket.message,
                     .detail = fmt::format("{} failing executions; not minimised", bucket.count)});
  }
  if (!run.problem.empty()) {
    cases.push_back({.suite = "run", .name = run.command, .error = run.problem});
  } else if (suites.empty()) {
    cases.push_back({.suite = "run", .name = run.command + ": nothing found"});
  }
  return render_junit(cases);
}

}  // namespace straylane
