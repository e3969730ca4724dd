#include <fmt/format.h>

#include <memory>
#include <set>

#include "campaign/campaign_folders.h"
#include "campaign/fuzz_campaign.h"
#include "cli/campaign_screen.h"
#include "cli/did_you_mean.h"
#include "cli/finding_files.h"
#include "cli/fuzz_summary.h"
#include "cli/next_steps.h"
#include "cli/options.h"
#include "cli/report_files.h"
#include "cli/verbs.h"
#include "hunt/canary_check.h"
#include "os/beside_program.h"
#include "os/interrupt.h"
#include "targets/registry.h"

namespace straylane {
namespace {

struct FuzzVerb : CommonOptions {
  FuzzOptions fuzz;
  ReportFiles files;
  std::string engine = "libfuzzer";
  std::string min_free;
  bool keep_going = false;
  CLI::App* app = nullptr;

  // Returns the given options, by their names in `options_to_keep`.
  std::set<std::string> named() const {
    std::set<std::string> named;
    for (const CLI::Option* option : app->get_options()) {
      if (option->count() > 0) named.insert(option->get_single_name());
    }
    if (fuzz.stop_at_plateau) named.insert("plateau");
    if (keep_going) named.insert("stop-after");
    return named;
  }
};

ExitCode fail(const FuzzVerb& verb, const Error& error) {
  const RunRecord run{.version = STRAYLANE_VERSION,
                      .command = "fuzz",
                      .exit_code = static_cast<int>(exit_code_of(error)),
                      .problem = error.message};
  if (auto written = verb.files.write(run); !written) report_error(written.error());
  const auto none = nlohmann::ordered_json::array();
  return print_answer(tl::unexpected(error), verb.json, kFuzzFormat, {{"artifacts", none}, {"buckets", none}});
}

// Writes the reports. The exit code is 2 if this session found something.
ExitCode end(const FuzzVerb& verb, const FuzzReport& report) {
  const bool clean = report.new_buckets.empty() && report.not_reproduced.empty();
  const ExitCode code = interrupt_signal != 0 ? exit_code_of_interrupt()
                        : clean               ? ExitCode::kClean
                                              : ExitCode::kFinding;
  if (!verb.files.any()) return code;
  auto run = fuzz_record(report, verb.fuzz.folder);
  if (!run) return report_error(run.error());
  run->exit_code = static_cast<int>(code);
  if (interrupt_signal != 0) run->problem = "interrupted";
  if (auto written = verb.files.write(*run); !written) return report_error(written.error());
  return code;
}

Expected<Engine> engine_named(const std::string& name) {
  return engine_from(name).map_error([&](const Error& error) {
    return Error{error.code,
                 error.message + did_you_mean(name, {to_string(Engine::kLibfuzzer), to_string(Engine::kAfl)})};
  });
}

Expected<void> take_options(FuzzVerb& verb) {
  FuzzOptions& fuzz = verb.fuzz;
  const auto take = [](const auto& read, auto& into) { return read.map([&](const auto& value) { into = value; }); };
  fuzz.target = verb.one_target();
  fuzz.kernel = verb.kernel;
  fuzz.python = verb.python;
  if (verb.keep_going) fuzz.stop_after = 0;
  return verb.check_target()
      .and_then([&] { return take(verb.time_s(), fuzz.time_s); })
      .and_then([&] { return take(engine_named(verb.engine), fuzz.engine); })
      .and_then([&] {
        return verb.min_free.empty() ? Expected<void>()
                                     : take(parse_byte_size("--min-free", verb.min_free), fuzz.min_free);
      });
}

// Fails before any folder is made if the target cannot run, or does not control the schedule: the planted race at each
// primitive must be found. The target of a campaign to resume was checked when the campaign began.
Expected<void> look_at_target(const FuzzVerb& verb) {
  if (verb.fuzz.resume) return {};
  return open_target(verb.fuzz.target, verb.target_options())
      .and_then([](const std::unique_ptr<Target>& target) { return check_canaries(*target, Granularity::kSwitch); })
      .and_then([&](const std::vector<CanaryResult>& found) { return all_found(found, verb.fuzz.target); });
}

ExitCode run_fuzz(FuzzVerb verb) {
  if (auto ok = take_options(verb); !ok)
    return is_usage(ok.error()) ? report_error(ok.error()) : fail(verb, ok.error());
  if (auto ok = verb.files.check(); !ok) return report_error(ok.error());  // better now than after the work
  if (auto ok = check_campaign_folders(verb.fuzz); !ok && !verb.fuzz.resume) return fail(verb, ok.error());
  auto looked_at = look_at_target(verb);
  // A worker that is killed meanwhile looks like one that cannot run, so look again.
  if (!looked_at && looked_at.error().code == ErrorCode::kUnsupported) looked_at = look_at_target(verb);
  if (!looked_at) return fail(verb, looked_at.error());
  if (const auto seeds = beside_program("seeds"); !seeds.empty()) verb.fuzz.seeds = {seeds.string()};
  Terminal screen(verb.quiet || verb.json);
  Terminal silent(/*quiet=*/true);
  verb.fuzz.finding_hooks = finding_hooks(silent);
  verb.fuzz.interrupted = [] { return interrupt_signal != 0; };
  verb.fuzz.on_status = [&screen, started = std::chrono::steady_clock::now()](const FuzzStatus& status) {
    const bool is_long = std::chrono::steady_clock::now() - started > std::chrono::minutes(5);
    screen.show([&](std::size_t width, std::size_t height) { return render_campaign(status, width, height); },
                campaign_line(status), std::chrono::seconds(is_long ? 60 : 10));
  };
  verb.fuzz.say = [&screen](const std::string& line) { screen.say(line); };
  verb.fuzz.on_bucket = [&screen](const BucketRecord& record) {
    screen.say(fmt::format("found after {}: {}\n  {}", clock_text(record.first_time_s), record.bucket, record.message));
  };
  const auto report = fuzz_campaign(verb.fuzz, verb.named());
  screen.clear();
  if (!report) return fail(verb, report.error());
  if (verb.json) {
    print_document(fuzz_document(*report));
  } else {
    const std::string& folder = verb.fuzz.folder;
    print_result(fuzz_summary(*report, folder) + next_lines(commands_after(*report, folder)));
  }
  return end(verb, *report);
}

}  // namespace

Run add_fuzz(CLI::App& app) {
  auto verb = std::make_shared<FuzzVerb>();
  verb->app = &app;
  verb->fuzz.folder = ".straylane/campaign";
  app.add_option("--campaign", verb->fuzz.folder, "folder of the campaign, see docs/campaigns.md")
      ->capture_default_str();
  app.add_flag("--resume", verb->fuzz.resume, "go on with the campaign in that folder, with the options that it had");
  app.add_option("--jobs", verb->fuzz.jobs, "engine processes, each with a worker of its own")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--corpus", verb->fuzz.corpus,
                 "folder of the corpus, which the campaign reads and adds to (default: corpus/ in its own folder)");
  app.add_option("--sync", verb->fuzz.sync,
                 "folder that campaigns on several machines share, to exchange their corpora");
  app.add_option("--stop-after", verb->fuzz.stop_after,
                 "end the campaign after this many different failures; 0: no limit")
      ->capture_default_str();
  app.add_flag("--keep-going", verb->keep_going, "the same as --stop-after 0");
  app.add_flag("--stop-at-plateau", verb->fuzz.stop_at_plateau,
               "end when the rest of the time is expected to show little new behaviour (docs/campaigns.md)");
  app.add_option("--runs", verb->fuzz.runs_max, "executions of each job (default: no limit)");
  app.add_option("--min-free", verb->min_free,
                 "space that must stay free on the disk, such as 1G (default: 64M, or a sixteenth of a small disk)");
  app.add_option("--engine", verb->engine, "libfuzzer, or afl (AFL++, if it is installed)")->capture_default_str();
  app.add_option("--time", verb->time, "how long: 90s, 5m, 8h, 2d")->capture_default_str();
  app.add_option("--seed", verb->fuzz.seed, "seed of the first job; each further job has the next number")
      ->capture_default_str();
  app.add_option("--out", verb->fuzz.out, "folder for minimised findings")->capture_default_str();
  add_target_options(app, *verb);
  add_output_options(app, *verb);
  add_report_options(app, verb->files);
  return [verb] { return run_fuzz(*verb); };
}

}  // namespace straylane
