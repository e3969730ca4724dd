#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <map>

#include "cli/campaign_verbs.h"
#include "cli/verbs.h"
#include "os/interrupt.h"
#include "os/standard_descriptors.h"

namespace {

using namespace straylane;

// The first signal asks, the second ends.
extern "C" void on_signal(int signal) {
  if (interrupt_signal != 0) _exit(128 + signal);
  interrupt_signal = signal;
}

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // Whoever starts the program with nohup wants it to outlive its terminal.
  struct sigaction before {};
  if (sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file that would become too large (ulimit -f) is a write that fails, and is said
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_descriptors();
  install_signal_handlers();
  CLI::App app(
      "Finds, replays, shrinks and explains flaky failures of CUDA kernels and of the simulators that run them.");
  app.name("straylane");
  app.require_subcommand(1);
  app.footer(
      "Example: straylane hunt --seed 1\nExit codes: 0 clean, 1 usage or internal error, 2 finding, 3 not "
      "reproducible, 4 storage, 5 a target cannot run.");
  std::map<CLI::App*, Run> runs;
  const auto add = [&](const char* name, const char* what, const char* example, Run (*verb)(CLI::App&)) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->footer(fmt::format("Example: straylane {}", example));
    runs[sub] = verb(*sub);
  };
  add("hunt", "the main job: properties, then search, shrink, confirm, explain", "hunt --seed 1 --time 60s", add_hunt);
  add("test", "the project's own test suite", "test", add_test);
  add("props", "the property suite", "props --max-success 500 --junit props.xml", add_props);
  add("fuzz", "a long campaign with libFuzzer", "fuzz --target host --time 8h --jobs 2", add_fuzz);
  add("status", "what a campaign has come to, while it runs or later", "status .straylane/campaign --json", add_status);
  add("corpus", "corpora of campaigns: merge, minimize, import, export",
      "corpus import .straylane/campaign/corpus inputs-of-mine", add_corpus);
  add("minimize", "the smallest settings and schedule that fail in the same bucket",
      "minimize .straylane/campaign/buckets/*/smallest-*", add_minimize);
  add("replay", "runs a recorded case exactly", "replay findings/*/min.json --times 1000", add_replay);
  add("explain", "why a recorded case fails: the orderings it needs, its point of no return, columns per thread",
      "explain findings/*/min-any-shape.json", add_explain);
  add("export", "the working example, or a finding as a regression test, for those who do not have Straylane",
      "export mwe /tmp/example", add_export);
  add("report", "findings and campaigns as one HTML page, SARIF, JUnit or JSON", "report findings -o report.html",
      add_report);
  add("promote", "a finding's minimal case into the corpus of regressions, which the test suite replays",
      "promote findings/attributeerror-* --fixed .straylane/envs/numba-cuda-0.30.4/bin/python", add_promote);
  add("env", "environments with other versions of numba", "env add numba-cuda==0.30.4", add_env);
  add("doctor", "what is there, what is missing, and what installs it", "doctor", add_doctor);
  add("version", "versions of the program and of what it runs on", "version", add_version);
  if (argc == 1) {
    fmt::print(stderr, "{}", app.help());
    return static_cast<int>(ExitCode::kUsage);
  }
  const auto verbs = app.get_subcommands([](const CLI::App*) { return true; });
  const bool known =
      std::any_of(verbs.begin(), verbs.end(), [&](const CLI::App* verb) { return verb->get_name() == argv[1]; });
  if (argv[1][0] != '-' && !known) {
    fmt::print(stderr, "straylane: there is no verb \"{}\" (--help shows what there is)\n", argv[1]);
    return static_cast<int>(ExitCode::kUsage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    fmt::print(stderr, "straylane: {} (--help shows what there is)\n", error.what());
    return static_cast<int>(ExitCode::kUsage);
  }
  try {
    return static_cast<int>(runs.at(app.get_subcommands().front())());
  } catch (const std::exception& error) {
    fmt::print(stderr, "straylane: internal error: {}\n", error.what());
    return static_cast<int>(ExitCode::kUsage);
  }
}
