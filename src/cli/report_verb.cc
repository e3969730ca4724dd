#include <fmt/format.h>

#include <memory>

#include "cli/report_files.h"
#include "cli/report_input.h"
#include "cli/verbs.h"
#include "domain/counted_noun.h"
#include "report/html_report.h"
#include "report/report_text.h"
#include "report/run_json.h"

namespace straylane {
namespace {

struct ReportVerb {
  std::vector<std::string> folders = {"findings"};
  std::string html;
  std::string json;  // path, or "-" for stdout
  ReportFiles files;
};

Expected<void> check_files(const ReportVerb& verb) {
  if (verb.html.empty() && verb.json.empty() && !verb.files.any()) {
    return make_error(ErrorCode::kUsage, "report: name what to write: -o report.html, --sarif, --junit or --json FILE");
  }
  return check_report_file("-o", verb.html, verb.files.force)
      .and_then([&] { return check_report_file("--json", verb.json == "-" ? "" : verb.json, verb.files.force); })
      .and_then([&] { return verb.files.check(); });
}

Expected<void> write_json(const ReportVerb& verb, const RunRecord& run) {
  if (verb.json != "-") return write_report(verb.json, [&] { return render_run_json(run); }, verb.files.force);
  fmt::print("{}", render_run_json(run));
  return {};
}

Expected<void> write_all(const ReportVerb& verb, const RunRecord& run) {
  return write_report(
             verb.html, [&] { return render_html_report(run); }, verb.files.force)
      .and_then([&] { return write_json(verb, run); })
      .and_then([&] { return verb.files.write(run); });
}

ExitCode run_report(const ReportVerb& verb) {
  if (auto ok = check_files(verb); !ok) return report_error(ok.error());
  auto run = read_report_input(verb.folders);
  if (!run) return report_error(run.error());
  run->version = STRAYLANE_VERSION;
  run->command = "report";
  for (const std::string& folder : verb.folders) run->command += " " + shell_word(folder);
  if (auto written = write_all(verb, *run); !written) return report_error(written.error());
  fmt::print(stderr, "{}, {}{}\n", counted_noun(run->findings.size(), "finding"),
             counted_noun(run->campaigns.size(), "campaign"), verb.html.empty() ? "" : ": " + verb.html);
  return ExitCode::kClean;
}

}  // namespace

Run add_report(CLI::App& app) {
  auto verb = std::make_shared<ReportVerb>();
  app.add_option("folders", verb->folders, "DIR: findings, one finding, or a campaign; several may be given")
      ->capture_default_str();
  app.add_option("-o,--html", verb->html, "write one self-contained HTML page to this new file");
  app.add_option("--json", verb->json, "write one JSON document to this new file; - for stdout");
  add_report_options(app, verb->files);
  return [verb] { return run_report(*verb); };
}

}  // namespace straylane
