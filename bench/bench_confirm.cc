// Measures which share of findings a stock system confirms: stock interpreter, stock simulator, real threads.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "bench/confirmations.h"

int main(int argc, char** argv) {
  using namespace straylane;
  constexpr int kExitBroken = 1;
  constexpr int kExitUnsupported = 5;
  ConfirmOptions options{.python = TargetOptions{}.python};
  bool quick = false;
  bool json = false;
  CLI::App app("Benchmark of confirmation: the share of findings whose repro.py fails on a stock system");
  app.add_option("findings", options.findings, "of each planted case")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--minima", options.minima, "of them, that are shrunk first")->capture_default_str();
  app.add_option("--only", options.only, "cases whose name has this, such as barrier");
  app.add_option("--python", options.python, "interpreter under test")->capture_default_str();
  app.add_option("--keep", options.keep, "folder for what was not confirmed");
  app.add_flag("--quick", quick, "a smoke test: one finding of each case");
  app.add_flag("--json", json, "one document on stdout");
  CLI11_PARSE(app, argc, argv);
  if (quick) {
    options.findings = 1;
    options.minima = 0;
  }
  const auto cases = try_findings(STRAYLANE_SOURCE_DIR "/corpus/planted", options, [](const std::string& line) {
    if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "{}\n", line);
  });
  if (!cases) {
    fmt::print(stderr, "bench: {}\n", cases.error().message);
    return cases.error().code == ErrorCode::kUnsupported ? kExitUnsupported : kExitBroken;
  }
  if (cases->empty()) {
    fmt::print(stderr, "bench: there is no failing case whose name has \"{}\"\n", options.only);
    return kExitBroken;
  }
  json ? fmt::print("{}\n", confirmations_to_json(*cases, options).dump(2))
       : fmt::print("{}", render_confirmations(*cases));
  return std::all_of(cases->begin(), cases->end(), all_confirmed) ? 0 : kExitBroken;
}
