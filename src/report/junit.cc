#include "report/junit.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/counted_noun.h"
#include "report/finding_sentences.h"
#include "report/report_text.h"
#include "report/text_report.h"

namespace straylane {
namespace {

std::string testcase(const JunitCase& c) {
  std::string text = fmt::format("    <testcase classname=\"straylane.{}\" name=\"{}\" time=\"{:.3f}\"",
                                 html_text(c.suite), html_text(c.name), c.seconds);
  if (!c.file.empty()) text += fmt::format(" file=\"{}\" line=\"{}\"", html_text(c.file), c.line);
  if (!c.failure.empty()) {
    text += fmt::format(">\n      <failure message=\"{}\">{}</failure>\n", html_text(c.failure), html_text(c.detail));
  } else if (!c.error.empty()) {
    text += fmt::format(">\n      <error message=\"{}\">{}</error>\n", html_text(c.error), html_text(c.detail));
  } else if (!c.skipped.empty()) {
    text += fmt::format(">\n      <skipped message=\"{}\"/>\n", html_text(c.skipped));
  } else {
    return text + "/>\n";
  }
  return text + "    </testcase>\n";
}

std::string testsuite(const std::string& name, const std::vector<JunitCase>& cases) {
  std::string body;
  std::size_t tests = 0;
  double seconds = 0;
  for (const JunitCase& c : cases) {
    if (c.suite != name) continue;
    ++tests;
    seconds += c.seconds;
    body += testcase(c);
  }
  const auto count = [&](std::string JunitCase::* text) {
    return std::count_if(cases.begin(), cases.end(),
                         [&](const JunitCase& c) { return c.suite == name && !(c.*text).empty(); });
  };
  return fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n{}"
      "  </testsuite>\n",
      html_text(name), tests, count(&JunitCase::failure), count(&JunitCase::error), count(&JunitCase::skipped), seconds,
      body);
}

JunitCase case_of(const FindingRecord& record) {
  const Finding& f = record.finding;
  JunitCase c{.suite = f.target, .name = f.bucket, .seconds = f.seconds_to_failure, .failure = what_failed(f.failure)};
  if (record.location && record.location->line > 0) {
    c.file = record.location->uri;
    c.line = record.location->line;
    c.detail = fmt::format("{}:{}\n", c.file, c.line);
  }
  c.detail += render_summary(f);
  return c;
}

}  // namespace

std::string render_junit(const std::vector<JunitCase>& cases) {
  std::vector<std::string> suites;
  for (const JunitCase& c : cases) {
    if (std::find(suites.begin(), suites.end(), c.suite) == suites.end()) suites.push_back(c.suite);
  }
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const std::string& suite : suites) text += testsuite(suite, cases);
  return text + "</testsuites>\n";
}

std::string render_run_junit(const RunRecord& run) {
  std::vector<JunitCase> cases;
  for (const TargetSummary& target : run.targets) {
    cases.push_back(
        {.suite = target.target, .name = "search", .seconds = target.seconds, .skipped = why_not_run(target)});
  }
  for (const FindingRecord& record : run.findings) cases.push_back(case_of(record));
  for (const BucketRecord& bucket : buckets_without_finding(run)) {
    cases.push_back({.suite = "campaign",
                     .name = bucket.bucket,
                     .failure = bucket.message,
                     .detail = counted_noun(bucket.count, "failing execution") + "; not minimised"});
  }
  if (!run.problem.empty()) {
    cases.push_back({.suite = "run", .name = run.command, .error = run.problem});
  } else if (cases.empty()) {
    cases.push_back({.suite = "run", .name = run.command + ": nothing found"});
  }
  return render_junit(cases);
}

}  // namespace straylane
