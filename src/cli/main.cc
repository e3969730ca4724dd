#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/did_you_mean.h"
#include "cli/verbs.h"
#include "os/interrupt.h"

namespace {

using namespace straylane;

// The first signal asks the program to end, the second one ends it.
extern "C" void on_signal(int signal) {
  if (interrupt_signal != 0) _exit(128 + signal);
  interrupt_signal = signal;
}

// Opens /dev/null as standard input, output or error if the caller has closed them (`2>&-`). Otherwise the next file
// that is opened would get one of their numbers, and messages would be written into it. Call this before any file is
// opened.
void open_standard_descriptors() {
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(standard, F_GETFD) >= 0 || errno != EBADF) continue;
    // open() gives the lowest free number, which is `standard`.
    if (open("/dev/null", O_RDWR) != standard) _exit(1);
  }
}

void install_signal_handlers() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A program that was started with nohup must outlive its terminal.
  struct sigaction before{};
  if (sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a write beyond the size limit (ulimit -f) then fails with an error, which is reported
}

int usage_error(const std::string& message) { return static_cast<int>(report_error({ErrorCode::kUsage, message})); }

std::vector<std::string> subcommands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// Returns the line about the first word that the verb of the command line does not know; nothing if it knows all.
std::optional<std::string> unknown_word(const CLI::App& app) {
  const CLI::App* verb = &app;
  std::string name;
  for (auto given = verb->get_subcommands(); !given.empty(); given = verb->get_subcommands()) {
    verb = given.front();
    name += (name.empty() ? "" : " ") + verb->get_name();
  }
  const std::vector<std::string> unknown = verb->remaining();
  if (unknown.empty()) return std::nullopt;
  const std::string word = unknown.front().substr(0, unknown.front().find('='));
  const std::string place = name.empty() ? "" : name + ": ";
  const std::string help = fmt::format("(straylane {}{}--help lists", name, name.empty() ? "" : " ");
  if (word.starts_with("-")) {
    return fmt::format("{}there is no option {}{} {} the options)", place, word, did_you_mean(word, options_of(*verb)),
                       help);
  }
  const auto subcommands = subcommands_of(*verb);
  if (subcommands.empty()) {
    return fmt::format("{}\"{}\" is one argument too many {} the arguments)", place, word, help);
  }
  return fmt::format("{}there is no \"{}\"{} {} what there is)", place, word, did_you_mean(word, subcommands), help);
}

// `help VERB` is taken apart before the options are read.
Run add_help(CLI::App& app) {
  app.add_option("verb", "the verb to explain; none: all verbs");
  return [] { return ExitCode::kClean; };
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
  add("hunt", "the main job: search, shrink, replay, confirm, explain", "hunt --seed 1 --time 60s", add_hunt);
  add("test", "the project's own test suite", "test", add_test);
  add("props", "the property suite", "props --max-success 500 --junit props.xml", add_props);
  add("fuzz", "a long fuzzing campaign with libFuzzer or AFL++", "fuzz --target host --time 8h --jobs 2", add_fuzz);
  add("status", "what a campaign has found so far, while it runs or later", "status .straylane/campaign --json",
      add_status);
  add("corpus", "corpora of campaigns: merge, minimize, import, export",
      "corpus import .straylane/campaign/corpus inputs-of-mine", add_corpus);
  add("minimize", "the smallest settings and schedule that fail in the same bucket",
      "minimize .straylane/campaign/buckets/*/smallest-*", add_minimize);
  add("replay", "runs a recorded case exactly", "replay findings/*/min.json --times 1000", add_replay);
  add("explain", "why a recorded case fails: the orderings it needs, its point of no return, columns per thread",
      "explain findings/*/min-any-shape.json", add_explain);
  add("export", "the working example, or a finding as a regression test, for people who do not have Straylane",
      "export mwe /tmp/example", add_export);
  add("report", "findings and campaigns as one HTML page, SARIF, JUnit or JSON", "report findings -o report.html",
      add_report);
  add("promote", "adds a finding's minimal case to the regressions that the test suite replays",
      "promote findings/attributeerror-* --fixed .straylane/envs/numba-cuda-0.30.4/bin/python", add_promote);
  add("env", "environments with other versions of numba", "env add numba-cuda==0.30.4", add_env);
  add("doctor", "what is installed, what is missing, and how to install it", "doctor", add_doctor);
  add("version", "versions of the program and of what it runs on", "version", add_version);
  add("help", "the help of the program or of one verb", "help hunt", add_help);
  app.set_version_flag("--version", version_line(), "prints the version of the program and of its formats");
  if (argc == 1) {
    fmt::print(stderr, "{}", app.help());
    return static_cast<int>(ExitCode::kUsage);
  }
  std::vector<std::string> arguments(argv + 1, argv + argc);
  // `help VERB` is `VERB --help`.
  if (arguments[0] == "help" && (arguments.size() == 1 || arguments[1][0] != '-')) {
    arguments.erase(arguments.begin());
    arguments.push_back("--help");
  }
  const std::vector<std::string> verbs = subcommands_of(app);
  if (arguments[0][0] != '-' && std::ranges::find(verbs, arguments[0]) == verbs.end()) {
    return usage_error(fmt::format("there is no verb \"{}\"{} (straylane --help lists the verbs)", arguments[0],
                                   did_you_mean(arguments[0], verbs)));
  }
  try {
    std::ranges::reverse(arguments);  // as CLI11 takes them
    app.parse(arguments);
    return static_cast<int>(runs.at(app.get_subcommands().front())());
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0
               ? app.exit(error)
               : usage_error(unknown_word(app).value_or(fmt::format("{} (--help shows what there is)", error.what())));
  } catch (const std::exception& error) {
    return static_cast<int>(report_error({ErrorCode::kInternal, fmt::format("internal error: {}", error.what())}));
  }
}
