#include "cli/options.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <map>
#include <ranges>
#include <set>
#include <sstream>
#include <string_view>

#include "cli/did_you_mean.h"
#include "report/report_text.h"
#include "targets/registry.h"

namespace straylane {
namespace {

constexpr double kTimeMaxS = 365.0 * 24 * 3600;
constexpr int kJobsMax = 64;  // each is a process of about 100 MB

tl::unexpected<Error> bad_settings(const std::string& why) {
  return make_error(ErrorCode::kUsage, "--settings: " + why);
}

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

std::string CommonOptions::one_target() const { return target_named() ? target : needed_target(!kernel.empty()).name; }

Expected<void> CommonOptions::check_target() const {
  const TargetKind* kind = find_target_kind(target);
  if (target_named() && kind == nullptr) {
    std::vector<std::string> names = {"all"};
    for (const TargetKind& known : target_kinds()) names.push_back(known.name);
    return make_error(ErrorCode::kUsage, fmt::format("target \"{}\", must be one of {}, or all{}", target,
                                                     target_names_text(), did_you_mean(target, names)));
  }
  if (kernel.empty() || kind == nullptr || kind->takes_kernels) return {};
  return make_error(ErrorCode::kUsage, fmt::format("--kernel {}: target {} runs no CUDA C++; use --target {}", kernel,
                                                   target, needed_target(true).name));
}

Expected<double> CommonOptions::time_s() const {
  static const std::map<std::string, double> kUnits = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 24 * 3600}};
  char* end = nullptr;
  const double value = std::strtod(time.c_str(), &end);
  const auto unit = kUnits.find(end);
  const double seconds = unit == kUnits.end() ? 0 : value * unit->second;
  if (end == time.c_str() || !(seconds > 0) || seconds > kTimeMaxS) {
    return make_error(ErrorCode::kUsage, fmt::format("--time is \"{}\", must be like 90s, 5m, 8h or 2d", time));
  }
  return seconds;
}

Expected<Portfolio::Options> CommonOptions::search() const {
  const auto parsed = parse_granularity(granularity);
  if (!parsed) {
    std::vector<std::string> names;
    for (const Granularity g : {Granularity::kSwitch, Granularity::kLine, Granularity::kOpcode}) {
      names.push_back(to_string(g));
    }
    return make_error(ErrorCode::kUsage, "--" + parsed.error().message + did_you_mean(granularity, names));
  }
  const Portfolio::Options search{.seed = seed,
                                  .strategy = strategy,
                                  .pct_depth = pct_depth == 0 ? std::nullopt : std::optional(pct_depth),
                                  .granularity = *parsed};
  const auto checked = Portfolio::check(search);
  if (checked) return search;
  return make_error(checked.error().code, checked.error().message + did_you_mean(strategy, Portfolio::strategies()));
}

std::string CommonOptions::command_text(const char* verb) const {
  std::string text = fmt::format("{} --seed {}", verb, seed);
  if (!target.empty()) text += " --target " + target;
  if (!kernel.empty()) text += " --kernel " + shell_word(kernel);
  return text;
}

void add_target_options(CLI::App& app, CommonOptions& options) {
  app.add_option(
      "--target", options.target,
      fmt::format("{} or all; default: all, of which {} must run", target_names_text(), needed_target(false).name));
  app.add_option("--python", options.python, "interpreter whose numba is the target")->capture_default_str();
  app.add_option("--kernel", options.kernel,
                 "FILE.cu: a kernel of your own, see docs/kernels.md (--target host, cuda)");
}

void add_search_options(CLI::App& app, CommonOptions& options) {
  app.add_option("--time", options.time, "how long to search, for each target: 90s, 5m, 8h")->capture_default_str();
  app.add_option("--seed", options.seed, "seed of all random choices")->capture_default_str();
  app.add_option("--strategy", options.strategy, Portfolio::strategy_names())->capture_default_str();
  app.add_option("--pct-depth", options.pct_depth, "ordering constraints that pct looks for (default: 3, 4, 5 in turn)")
      ->check(CLI::Range(1, 100));
  app.add_option("--granularity", options.granularity,
                 "yield points: switch (where CPython hands over), or line, opcode (finer; findings may be impossible)")
      ->capture_default_str();
  app.add_option("--out", options.out, "folder of the findings")->capture_default_str();
}

void add_jobs_option(CLI::App& app, CommonOptions& options) {
  app.add_option("--jobs", options.jobs, "workers that share the runs; their number does not change the result")
      ->check(CLI::Range(1, kJobsMax))
      ->capture_default_str();
}

void add_bytes_option(CLI::App& app, CommonOptions& options) {
  app.add_flag("--bytes", options.bytes,
               "FILE holds the bytes of a fuzz input; not needed if FILE is in a corpus or campaign of Straylane");
}

void add_output_options(CLI::App& app, CommonOptions& options) {
  app.add_flag("--json", options.json, "one JSON document on stdout and nothing else");
  app.add_flag("--quiet", options.quiet, "no progress");
}

Expected<std::uint64_t> parse_byte_size(const std::string& option, const std::string& text) {
  static const std::map<std::string_view, int> kShifts = {{"", 0}, {"K", 10}, {"M", 20}, {"G", 30}};
  constexpr std::uint64_t kNumberMax = 1 << 30;  // before a unit
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const auto unit = kShifts.find(std::string_view(stop, static_cast<std::size_t>(end - stop)));
  if (error != std::errc() || unit == kShifts.end() || (unit->second != 0 && number > kNumberMax)) {
    return make_error(ErrorCode::kUsage, fmt::format("{} is \"{}\", must be like 500000, 64M or 2G", option, text));
  }
  return number << unit->second;
}

Expected<Settings> parse_settings(const std::string& text, const Schema& schema) {
  Settings settings = schema.usual();
  std::set<std::string> seen;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto equals = part.find('=');
    const std::string name = part.substr(0, equals);
    const auto parameter = schema.find(name);
    if (!parameter || equals == std::string::npos) {
      return bad_settings(fmt::format("\"{}\" is not NAME=NUMBER with a NAME of {}", part,
                                      fmt::join(schema | std::views::transform(&Parameter::name), ", ")));
    }
    if (!seen.insert(name).second) return bad_settings(name + " given twice");
    const char* end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data() + equals + 1, end, settings[*parameter]);
    if (error != std::errc() || stop != end) {
      return bad_settings(fmt::format("{} is \"{}\", must be an integer", name, part.substr(equals + 1)));
    }
  }
  if (const auto invalid = schema.first_invalid(settings)) {
    return make_error(ErrorCode::kOutOfRange, "--settings: " + to_string(*invalid));
  }
  return settings;
}

}  // namespace straylane
