#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "campaign/campaign_folders.h"
#include "campaign/fuzz_campaign.h"
#include "cli/byte_size.h"
#include "cli/campaign_screen.h"
#include "cli/common_options.h"
#include "cli/finding_hooks.h"
#include "cli/fuzz_record.h"
#include "cli/fuzz_summary.h"
#include "cli/json_document.h"
#include "cli/report_files.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "hunt/canary_check.h"
#include "os/beside_program.h"
#include "os/interrupt.h"
#include "targets/registry.h"

namespace straylane {
namespace {

struct FuzzVerb {
  CommonOptions common;
  FuzzOptions fuzz;
  ReportFiles files;
  std::string engine = "libfuzzer";
  std::string min_free;
  bool keep_going = false;
  CLI::App* app = nullptr;

  // Which options were said, by their names in `options_to_keep`.
  std::set<std::string> named() const {
    std::set<std::string> named;
    for (const char* name : {"target", "python", "kernel", "corpus", "out", "time", "jobs", "runs", "seed", "min-free",
                             "sync", "engine"}) {
      if (app->count(std::string("--") + name) > 0) named.insert(name);
    }
    if (app->count("--stop-at-plateau") > 0) named.insert("plateau");
    if (app->count("--stop-after") > 0 || keep_going) named.insert("stop-after");
    return named;
  }
};

ExitCode fail(const FuzzVerb& verb, const Error& error) {
  if (verb.common.json) {
    auto document = error_document(kFuzzFormat, error);
    document["buckets"] = document["artifacts"] = nlohmann::ordered_json::array();
    print_document(document);
  }
  RunRecord run;
  run.version = STRAYLANE_VERSION;
  run.command = "fuzz";
  run.exit_code = static_cast<int>(exit_code_of(error));
  run.problem = error.message;
  if (auto written = verb.files.write(run); !written) report_error(written.error());
  return report_error(error);
}

// Exit code 2 where this session found something, and the reports of that.
ExitCode end(const FuzzVerb& verb, const FuzzReport& report) {
  const bool clean = report.new_buckets.empty() && report.not_reproduced.empty();
  const ExitCode code = interrupt_signal != 0 ? exit_code_of_interrupt() : clean ? ExitCode::kClean : ExitCode::kFinding;
  if (!verb.files.any()) return code;
  auto run = fuzz_record(report, verb.fuzz.folder);
  if (!run) return report_error(run.error());
  run->exit_code = static_cast<int>(code);
  if (interrupt_signal != 0) run->problem = "interrupted";
  if (auto written = verb.files.write(*run); !written) return report_error(written.error());
  return code;
}

Expected<void> take_options(FuzzVerb& verb) {
  if (auto ok = verb.common.check_kernel(); !ok) return ok;
  const auto time = verb.common.time_s();
  if (!time) return tl::unexpected(time.error());
  const auto engine = engine_from(verb.engine);
  if (!engine) return tl::unexpected(engine.error());
  verb.fuzz.engine = *engine;
  if (!verb.min_free.empty()) {
    const auto bytes = parse_byte_size("--min-free", verb.min_free);
    if (!bytes) return tl::unexpected(bytes.error());
    verb.fuzz.min_free = *bytes;
  }
  verb.fuzz.target = verb.common.one_target();
  verb.fuzz.kernel = verb.common.kernel;
  verb.fuzz.python = verb.common.python;
  verb.fuzz.seed = verb.common.seed;
  verb.fuzz.time_s = *time;
  verb.fuzz.out = verb.common.out;
  if (verb.keep_going) verb.fuzz.stop_after = 0;
  return {};
}

// What cannot run makes no folders, nor what does not control the schedule: a planted race is found first at each
// primitive. The target of a campaign to resume was looked at when it began.
Expected<void> look_at_target(const FuzzVerb& verb) {
  if (verb.fuzz.resume) return {};
  const auto target = open_target(verb.fuzz.target, verb.common.target_options());
  if (!target) return tl::unexpected(target.error());
  const auto canary = check_canaries(**target, Granularity::kSwitch);
  if (!canary) return tl::unexpected(canary.error());
  return all_found(*canary, verb.fuzz.target);
}

ExitCode run_fuzz(FuzzVerb verb) {
  if (auto ok = take_options(verb); !ok) return is_usage(ok.error()) ? report_error(ok.error()) : fail(verb, ok.error());
  if (auto ok = verb.files.check(); !ok) return report_error(ok.error());  // not after all the work
  if (auto ok = check_campaign_folders(verb.fuzz); !ok && !verb.fuzz.resume) return fail(verb, ok.error());
  auto looked_at = look_at_target(verb);
  // A worker that is killed meanwhile looks like one that cannot run.
  if (!looked_at && looked_at.error().code == ErrorCode::kUnsupported) looked_at = look_at_target(verb);
  if (!looked_at) return fail(verb, looked_at.error());
  if (const auto seeds = beside_program("seeds"); !seeds.empty()) verb.fuzz.seeds = {seeds.string()};
  CampaignScreen screen(verb.common.quiet || verb.common.json);
  Terminal silent(/*quiet=*/true);
  verb.fuzz.finding_hooks = finding_hooks(silent);
  verb.fuzz.interrupted = [] { return interrupt_signal != 0; };
  verb.fuzz.on_status = [&screen](const FuzzStatus& status) { screen.show(status); };
  verb.fuzz.say = [&screen](const std::string& line) { screen.say(line); };
  verb.fuzz.on_bucket = [&screen](const BucketRecord& record) {
    screen.say(fmt::format("found after {}: {}\n  {}", clock_text(record.first_time_s), record.bucket, record.message));
  };
  const auto report = fuzz_campaign(verb.fuzz, verb.named());
  screen.clear();
  if (!report) return fail(verb, report.error());
  verb.common.json ? print_document(fuzz_document(*report)) : fmt::print("{}", fuzz_summary(*report, verb.fuzz.folder));
  return end(verb, *report);
}

}  // namespace

Run add_fuzz(CLI::App& app) {
  auto verb = std::make_shared<FuzzVerb>();
  verb->app = &app;
  verb->fuzz.folder = ".straylane/campaign";
  app.add_option("--campaign", verb->fuzz.folder, "folder of the campaign, see docs/campaigns.md")->capture_default_str();
  app.add_flag("--resume", verb->fuzz.resume, "go on with the campaign in that folder, with the options that it had");
  app.add_option("--jobs", verb->fuzz.jobs, "engine processes, each with a worker of its own")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--corpus", verb->fuzz.corpus,
                 "folder that the campaign starts from and adds to (default: corpus/ in that of the campaign)");
  app.add_option("--sync", verb->fuzz.sync, "folder that campaigns on several machines share, to exchange their corpora");
  app.add_option("--stop-after", verb->fuzz.stop_after, "different failures that end it, 0: none does")
      ->capture_default_str();
  app.add_flag("--keep-going", verb->keep_going, "the same as --stop-after 0");
  app.add_flag("--stop-at-plateau", verb->fuzz.stop_at_plateau,
               "end when the rest of the time is not expected to show much that is new (docs/campaigns.md)");
  app.add_option("--runs", verb->fuzz.runs_max, "executions of each job (default: no limit)");
  app.add_option("--min-free", verb->min_free,
                 "space that must stay free on the disk, such as 1G (default: 64M, or a sixteenth of a small disk)");
  app.add_option("--engine", verb->engine, "libfuzzer, or afl (AFL++, where it is installed)")->capture_default_str();
  app.add_option("--time", verb->common.time, "how long: 90s, 5m, 8h, 2d")->capture_default_str();
  app.add_option("--seed", verb->common.seed, "of the first job; the next job has the next")->capture_default_str();
  app.add_option("--out", verb->common.out, "folder of the findings, once they are minimised")->capture_default_str();
  add_target_options(app, verb->common);
  add_output_options(app, verb->common);
  add_report_options(app, verb->files);
  return [verb] { return run_fuzz(*verb); };
}

}  // namespace straylane
