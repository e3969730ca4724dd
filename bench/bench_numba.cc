// Measures the figures of docs/benchmarks.md about the numba target. How much does a controlled launch cost, compared
// with the simulator left alone? How soon does a search meet a failure? Does every seed end at the same minimum? What
// does a replay cost?

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "bench/bench_report.h"
#include "os/interrupt.h"
#include "targets/registry.h"

namespace straylane {
namespace {

constexpr int kExitBroken = 1;
constexpr int kExitUnsupported = 5;

struct BenchOptions {
  std::string python = TargetOptions{}.python;
  std::uint32_t rounds = 5;
  double seconds = 2;
  std::uint32_t seeds = 100;
  std::uint32_t minima = 0;
  double time_s = 60;
  bool quick = false;
  bool json = false;
  bool verbose = false;
};

void say(const std::string& line) {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "{}\n", line);
}

Expected<void> measure_rates(Target& target, const BenchOptions& options, BenchReport& report) {
  report.rate_options = {options.python, options.rounds, options.seconds};
  if (options.rounds == 0) return {};
  for (const FactorySettings settings :
       std::initializer_list<FactorySettings>{{10, 5, 7, 32}, {10, 5, 7, 10}, {32, 5, 32, 32}, {32, 5, 32, 10}}) {
    auto rates = measure_launch_rates(target, settings, report.rate_options, say);
    if (!rates) return tl::unexpected(rates.error());
    report.rates.push_back(std::move(*rates));
  }
  return {};
}

Expected<void> search_and_shrink(Target& target, const BenchOptions& options, BenchReport& report) {
  for (std::uint64_t seed = 1; seed <= std::max(options.seeds, options.minima); ++seed) {
    auto first = search_first_failure(target, seed, options.time_s);
    if (!first) return tl::unexpected(first.error());
    say(fmt::format("seed {}: {} after {} launches, {:.3f} s", seed, first->failing ? first->bucket : "nothing",
                    first->launches, first->seconds));
    report.first_failures.push_back(std::move(*first));
  }
  std::optional<SeedMinimum> one;  // its minimal cases are replayed
  for (const FirstFailure& first : report.first_failures) {
    if (!first.failing || (one && first.seed > options.minima)) continue;
    auto minimum = shrink_first_failure(target, first);
    if (!minimum) return tl::unexpected(minimum.error());
    say(fmt::format("seed {}: shrunk in {:.2f} s, {} executions", first.seed, minimum->seconds,
                    minimum->shrunk.shrunk.executions));
    if (!one) one = *minimum;
    if (first.seed <= options.minima) report.minima.push_back(std::move(*minimum));
  }
  if (!one) return {};
  for (const Minimum* minimum : {&one->shrunk.shrunk.minimal, &one->shrunk.shrunk.minimal_any_shape}) {
    auto replays = measure_replay_rate(target, minimum->failing, one->bucket, options.seconds);
    if (!replays) return tl::unexpected(replays.error());
    report.replays.push_back(std::move(*replays));
  }
  return {};
}

int run_bench(const BenchOptions& options) {
  auto target = open_target("numba", {options.python});
  if (!target) {
    fmt::print(stderr, "straylane_bench: {}\n", target.error().message);
    return kExitUnsupported;
  }
  BenchReport report{.system = (*target)->info().system};
  auto ok = measure_rates(**target, options, report);
  if (ok) ok = search_and_shrink(**target, options, report);
  if (!ok) {
    fmt::print(stderr, "straylane_bench: {}\n", ok.error().message);
    return kExitBroken;
  }
  options.json ? fmt::print("{}\n", report_to_json(report).dump(2))
               : fmt::print("{}", render_table(report, options.verbose));
  return 0;
}

}  // namespace
}  // namespace straylane

int main(int argc, char** argv) {
  straylane::BenchOptions options;
  CLI::App app("Benchmark of the numba target");
  app.add_option("--rounds", options.rounds, "rounds of the launch rates, 0 for none")->capture_default_str();
  app.add_option("--seconds", options.seconds, "of each measurement")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--seeds", options.seeds, "seeds of the first failure")->capture_default_str();
  app.add_option("--minima", options.minima, "seeds whose failures are shrunk and compared")->capture_default_str();
  app.add_option("--time", options.time_s, "seconds that a seed's search may take")->capture_default_str();
  app.add_option("--python", options.python, "interpreter under test")->capture_default_str();
  app.add_flag("--quick", options.quick, "a smoke test: one short round, two seeds");
  app.add_flag("--json", options.json, "one document on stdout");
  app.add_flag("--verbose", options.verbose, "with --minima: executions of each pass");
  CLI11_PARSE(app, argc, argv);
  if (options.quick) {
    options.rounds = 1;
    options.seconds = 0.1;
    options.seeds = options.minima = 2;
  }
  return straylane::run_bench(options);
}
