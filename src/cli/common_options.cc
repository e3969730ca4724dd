#include "cli/common_options.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "targets/registry.h"

namespace straylane {
namespace {

constexpr double kTimeMax = 365.0 * 24 * 3600;
constexpr int kJobsMax = 64;  // each is a process of about 100 MB

}  // namespace

std::vector<std::string> CommonOptions::targets() const {
  if (target_named()) return {target};
  if (target.empty() && !kernel.empty()) return {needed_target(true).name};
  std::vector<std::string> names;
  for (const TargetKind& kind : target_kinds()) {
    if (kernel.empty() || kind.takes_kernels) names.push_back(kind.name);
  }
  return names;
}

bool CommonOptions::needs(const std::string& name) const {
  return target_named() || name == needed_target(!kernel.empty()).name;
}

std::string CommonOptions::one_target() const {
  return target_named() ? target : needed_target(!kernel.empty()).name;
}

Expected<void> CommonOptions::check_kernel() const {
  const TargetKind* kind = find_target_kind(target);
  if (kernel.empty() || kind == nullptr || kind->takes_kernels) return {};
  return make_error(ErrorCode::kUsage, fmt::format("--kernel {}: target {} runs no CUDA C++; use --target {}", kernel,
                                                   target, needed_target(true).name));
}

Expected<double> CommonOptions::time_s() const {
  char* end = nullptr;
  const double value = std::strtod(time.c_str(), &end);
  const std::string unit = end;
  const double factor = unit.empty() || unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 24 * 3600 : 0;
  const double seconds = value * factor;
  if (end == time.c_str() || factor == 0 || !(seconds > 0) || seconds > kTimeMax) {
    return make_error(ErrorCode::kUsage, fmt::format("--time is \"{}\", must be like 90s, 5m, 8h or 2d", time));
  }
  return seconds;
}

Expected<Portfolio::Options> CommonOptions::search() const {
  Portfolio::Options search;
  search.seed = seed;
  search.strategy = strategy;
  if (pct_depth != 0) search.pct_depth = pct_depth;
  const auto parsed = parse_granularity(granularity);
  if (!parsed) return make_error(ErrorCode::kUsage, "--" + parsed.error().message);
  search.granularity = *parsed;
  return Portfolio::check(search).map([&] { return search; });
}

void add_target_options(CLI::App& app, CommonOptions& options) {
  app.add_option("--target", options.target,
                 fmt::format("{} or all; default: every target, {} must run", target_names_text(),
                             needed_target(false).name));
  app.add_option("--python", options.python, "interpreter whose numba is the target")->capture_default_str();
  app.add_option("--kernel", options.kernel,
                 "FILE.cu: a kernel of your own, see docs/kernels.md (--target host, cuda)");
}

void add_search_options(CLI::App& app, CommonOptions& options) {
  app.add_option("--time", options.time, "how long to search, for each target: 90s, 5m, 8h")->capture_default_str();
  app.add_option("--seed", options.seed, "what everything is drawn from")->capture_default_str();
  app.add_option("--strategy", options.strategy, Portfolio::strategy_names())->capture_default_str();
  app.add_option("--pct-depth", options.pct_depth, "ordering constraints that pct looks for (default: 3, 4, 5 in turn)")
      ->check(CLI::Range(1, 100));
  app.add_option("--granularity", options.granularity,
                 "yield points: switch (where CPython hands over), or line, opcode (finer; may find the impossible)")
      ->capture_default_str();
  app.add_option("--out", options.out, "folder of the findings")->capture_default_str();
}

void add_jobs_option(CLI::App& app, CommonOptions& options) {
  app.add_option("--jobs", options.jobs, "workers that share the runs; the answer is the same for every number")
      ->check(CLI::Range(1, kJobsMax))
      ->capture_default_str();
}

void add_bytes_option(CLI::App& app, CommonOptions& options) {
  app.add_flag("--bytes", options.bytes,
               "FILE holds the bytes of a fuzz input; needs not be said of one in a corpus or a campaign of Straylane");
}

void add_output_options(CLI::App& app, CommonOptions& options) {
  app.add_flag("--json", options.json, "one JSON document on stdout and nothing else");
  app.add_flag("--quiet", options.quiet, "no progress");
}

}  // namespace straylane
