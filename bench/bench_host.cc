// Measures the figures of docs/benchmarks.md about the host target: the cost of a build, of a launch and of a case, and
// the rate of fuzz_host. Runs the same kernel on PoCL and Oclgrind. Checks that memory and time stay in proportion.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <functional>

#include "bench/fuzz_rates.h"
#include "bench/host_builds.h"
#include "bench/host_launches.h"
#include "bench/host_peers.h"
#include "bench/host_report.h"
#include "targets/registry.h"

namespace straylane {
namespace {

constexpr int kExitBroken = 1;
constexpr int kExitUnsupported = 5;

struct BenchOptions {
  std::uint32_t rounds = 5;
  double seconds = 1;
  std::uint32_t builds = 200;
  std::uint32_t peer_builds = 5;
  std::uint32_t memory_builds = 10'000;
  std::uint64_t fuzz_runs = 100'000;
  std::vector<std::string> only;
  bool quick = false;
  bool json = false;
};

struct Part {
  std::string name;
  std::function<Expected<HostSection>()> measure;
};

int run_bench(const BenchOptions& o) {
  auto target = open_target("host", {});
  if (!target) {
    fmt::print(stderr, "straylane_bench_host: {}\n", target.error().message);
    return kExitUnsupported;
  }
  const std::vector<Part> parts = {{"builds", [&] { return measure_builds(o.builds); }},
                                   {"launches", [&] { return measure_launches(o.rounds, o.seconds); }},
                                   {"cases", [&] { return measure_cases(**target, o.rounds, o.seconds); }},
                                   {"peers", [&] { return measure_peers(o.rounds, o.seconds, o.peer_builds); }},
                                   {"fuzz", [&] { return measure_fuzz_rates(o.rounds, o.fuzz_runs); }},
                                   {"array_size", [&] { return measure_cost_by_array_size(o.rounds); }},
                                   {"memory", [&] { return measure_memory(o.memory_builds); }}};
  HostReport report{name_of_machine(), (*target)->info().system.software, {}};
  for (const Part& part : parts) {
    if (!o.only.empty() && std::find(o.only.begin(), o.only.end(), part.name) == o.only.end()) continue;
    if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "{} ...\n", part.name);
    auto section = part.measure();
    if (!section) {
      fmt::print(stderr, "straylane_bench_host: {}: {}\n", part.name, section.error().message);
      return kExitBroken;
    }
    report.sections.push_back(std::move(*section));
  }
  o.json ? fmt::print("{}\n", report_to_json(report).dump(2)) : fmt::print("{}", render_table(report));
  return 0;
}

}  // namespace
}  // namespace straylane

int main(int argc, char** argv) {
  straylane::BenchOptions options;
  CLI::App app("Benchmark of the host target");
  app.add_option("--rounds", options.rounds, "rounds of the rates")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--seconds", options.seconds, "of each measurement")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--builds", options.builds, "new builds that are timed, of each kind")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--memory-builds", options.memory_builds, "new builds over which memory is watched")
      ->check(CLI::Range(20, 100'000))
      ->capture_default_str();
  app.add_option("--fuzz-runs", options.fuzz_runs, "runs of the fuzz target")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--only", options.only, "parts of the table")
      ->check(CLI::IsMember({"builds", "launches", "cases", "peers", "fuzz", "array_size", "memory"}));
  app.add_flag("--quick", options.quick, "a smoke test: one short round of each");
  app.add_flag("--json", options.json, "one document on stdout");
  CLI11_PARSE(app, argc, argv);
  if (options.quick) {
    options.rounds = 1;
    options.seconds = 0.05;
    options.builds = 5;
    options.peer_builds = 1;
    options.memory_builds = 20;
    options.fuzz_runs = 200;
  }
  return straylane::run_bench(options);
}
