#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "campaign/fuzz_campaign.h"
#include "cli/common_options.h"
#include "cli/json_document.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "report/shell_word.h"
#include "target/beside_program.h"
#include "target/interrupt.h"
#include "target/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

struct FuzzVerb {
  CommonOptions common;
  FuzzOptions fuzz;
  std::string engine = "libfuzzer";
};

Expected<void> make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return make_error(ErrorCode::kStorage, fmt::format("{}: {}", folder, error.message()));
  return {};
}

constexpr const char* kFormat = "straylane-fuzz/1";

ExitCode fail(const FuzzVerb& verb, const Error& error) {
  if (verb.common.json) {
    auto document = error_document(kFormat, error);
    document["buckets"] = document["artifacts"] = nlohmann::ordered_json::array();
    print_document(document);
  }
  return report_error(error);
}

void print_json(const FuzzReport& report) {
  const nlohmann::ordered_json document = {{"format", kFormat},
                                           {"status", report.end == FuzzEnd::kInterrupted ? "interrupted" : "ran"},
                                           {"reason", ""},
                                           {"executions", report.status.executions},
                                           {"executions_per_s", report.status.executions_per_s},
                                           {"features", report.status.features},
                                           {"corpus_size", report.status.corpus_size},
                                           {"edges_reached", report.status.edges_reached},
                                           {"edges", report.status.edges},
                                           {"seconds", report.seconds},
                                           {"ended_by", to_string(report.end)},
                                           {"buckets", report.buckets},
                                           {"artifacts", report.artifacts}};
  print_document(document);
}

// An input does not say what it is one of.
std::string minimize_command(const std::string& artifact, const FuzzOptions& options) {
  const std::string target = options.target == "numba" ? "" : " --target " + options.target;
  const std::string kernel = options.kernel.empty() ? "" : " --kernel " + shell_word(options.kernel);
  return fmt::format("./straylane minimize {}{}{}", shell_word(artifact), target, kernel);
}

std::string coverage_text(const FuzzStatus& status) {
  return status.edges == 0 ? "" : fmt::format(", {} of {} edges of device code", status.edges_reached, status.edges);
}

void print_text(const FuzzReport& report, const FuzzOptions& options) {
  fmt::print("{} executions in {:.1f} s, corpus {}, features {}{}, ended by {}\n", report.status.executions,
             report.seconds, report.status.corpus_size, report.status.features, coverage_text(report.status),
             to_string(report.end));
  for (const std::string& bucket : report.buckets) fmt::print("bucket {}\n", bucket);
  for (const std::string& artifact : report.artifacts) fmt::print("  {}\n", minimize_command(artifact, options));
  if (report.buckets.empty() && report.artifacts.empty()) fmt::print("nothing found\n");
}

ExitCode run_fuzz(FuzzVerb verb) {
  if (auto ok = verb.common.check_kernel(); !ok) return report_error(ok.error());
  const auto time = verb.common.time_s();
  if (!time) return report_error(time.error());
  if (verb.engine != "libfuzzer") {
    return report_error(
        {ErrorCode::kUsage, fmt::format("--engine is \"{}\": only libfuzzer is built so far", verb.engine)});
  }
  verb.fuzz.target = verb.common.target_named() ? verb.common.target : verb.common.kernel.empty() ? "numba" : "host";
  verb.fuzz.kernel = verb.common.kernel;
  verb.fuzz.python = verb.common.python;
  verb.fuzz.seed = verb.common.seed;
  verb.fuzz.time_s = static_cast<std::uint32_t>(*time);
  verb.fuzz.out = (fs::path(verb.common.out) / "inputs").string();
  if (verb.fuzz.target != "numba") {  // what cannot run makes no folders
    if (const auto target = open_target(verb.fuzz.target, verb.common.target_options()); !target) {
      return fail(verb, target.error());
    }
  }
  const auto seeds = beside_program("seeds");
  if (!seeds.empty()) verb.fuzz.seeds = {seeds.string()};
  for (const std::string& folder : {verb.fuzz.corpus, verb.fuzz.out}) {
    if (auto made = make_folder(folder); !made) return fail(verb, made.error());
  }
  Terminal terminal(verb.common.quiet || verb.common.json);
  verb.fuzz.interrupted = [] { return interrupt_signal != 0; };
  verb.fuzz.on_status = [&terminal](const FuzzStatus& s) {
    terminal.status(fmt::format("{} executions ({}/s), corpus {}, features {}{}", s.executions, s.executions_per_s,
                                s.corpus_size, s.features, coverage_text(s)));
  };
  terminal.say(fmt::format("fuzzing {} with {} job{}, corpus in {}", verb.fuzz.target, verb.fuzz.jobs,
                           verb.fuzz.jobs == 1 ? "" : "s", verb.fuzz.corpus));
  const auto report = fuzz_campaign(verb.fuzz);
  if (!report) return fail(verb, report.error());
  verb.common.json ? print_json(*report) : print_text(*report, verb.fuzz);
  if (interrupt_signal != 0) return exit_code_of_interrupt();
  return report->artifacts.empty() && report->buckets.empty() ? ExitCode::kClean : ExitCode::kFinding;
}

}  // namespace

Run add_fuzz(CLI::App& app) {
  auto verb = std::make_shared<FuzzVerb>();
  verb->fuzz.corpus = ".straylane/corpus";
  app.add_option("--jobs", verb->fuzz.jobs, "processes, each with a worker of its own")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--corpus", verb->fuzz.corpus,
                 "folder that the campaign starts from and adds to: name it again to go on")
      ->capture_default_str();
  app.add_flag("--keep-going", verb->fuzz.keep_going, "past the first finding, one input per bucket");
  app.add_option("--runs", verb->fuzz.runs_max, "executions of each job (default: no limit)");
  app.add_option("--engine", verb->engine, "libfuzzer")->capture_default_str();
  app.add_option("--time", verb->common.time, "how long: 90s, 5m, 8h")->capture_default_str();
  app.add_option("--seed", verb->common.seed, "of the first job; the next job has the next")->capture_default_str();
  app.add_option("--out", verb->common.out, "folder of the findings; inputs go into its folder inputs/")
      ->capture_default_str();
  add_target_options(app, verb->common);
  add_output_options(app, verb->common);
  return [verb] { return run_fuzz(*verb); };
}

}  // namespace straylane
