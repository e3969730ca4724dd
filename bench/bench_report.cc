#include "bench/bench_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "bench/quantiles.h"
#include "codec/json_codec.h"
#include "codec/token_codec.h"
#include "program/factory/factory_program.h"

namespace straylane {
namespace {

using nlohmann::ordered_json;

std::string name_of(const FactorySettings& s) {
  return fmt::format("{}/{}/{}, block_size {}", s.array_size, s.buffer_size, s.n_threads, s.block_size);
}

std::string name_of(const ControlledRate& way) {
  return fmt::format("controlled, {} schedule{}, {}", way.schedule, way.schedule == "default" ? "" : "s",
                     way.batch == 1 ? "one case at a time" : fmt::format("batches of {}", way.batch));
}

template <class Rows, class Value>
std::vector<double> each(const Rows& rows, Value value) {
  std::vector<double> values;
  for (const auto& row : rows) values.push_back(static_cast<double>(value(row)));
  return values;
}

double smallest(const std::vector<double>& values) { return quantile(values, 0); }
double largest(const std::vector<double>& values) { return quantile(values, 1); }

std::vector<FirstFailure> found_of(const std::vector<FirstFailure>& all) {
  std::vector<FirstFailure> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found), [](const auto& f) { return f.failing.has_value(); });
  return found;
}

std::string render_rates(const LaunchRates& rates) {
  std::string text = fmt::format("{}\n", name_of(rates.settings));
  text += fmt::format("  {:<52}{:>9.0f}\n", "the simulator left alone, real threads", median(rates.stock));
  for (const ControlledRate& way : rates.controlled) {
    text += fmt::format("  {:<52}{:>9.0f}{:>9.1f}   {:.1f} .. {:.1f}\n", name_of(way), median(way.rates),
                        median(way.ratios), smallest(way.ratios), largest(way.ratios));
  }
  if (!rates.stock_raised.empty()) text += fmt::format("  left alone, a launch raised {}\n", rates.stock_raised);
  return text;
}

std::string render_first_failures(const std::vector<FirstFailure>& all) {
  const auto found = found_of(all);
  const auto launches = each(found, [](const auto& f) { return f.launches; });
  const auto seconds = each(found, [](const auto& f) { return f.seconds; });
  std::string text = fmt::format("\nFirst failure under controlled schedules: {} of {} seeds\n{:<54}{:>9}{:>9}{:>9}\n",
                                 found.size(), all.size(), "", "median", "90 %", "max");
  text += fmt::format("  {:<52}{:>9.0f}{:>9.0f}{:>9.0f}\n", "launches", median(launches), quantile(launches, 0.9),
                      largest(launches));
  return text + fmt::format("  {:<52}{:>9.3f}{:>9.3f}{:>9.3f}\n", "seconds", median(seconds), quantile(seconds, 0.9),
                            largest(seconds));
}

std::string render_passes(const std::vector<SeedMinimum>& minima) {
  std::vector<std::string> names;
  std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> counts;
  for (const SeedMinimum& m : minima) {
    for (const PassCount& pass : m.shrunk.passes) {
      auto& [executions, yields] = counts[pass.pass];
      if (executions.empty()) names.push_back(pass.pass);
      executions.push_back(static_cast<double>(pass.executions));
      yields.push_back(static_cast<double>(pass.yields));
    }
  }
  std::string text = fmt::format("  {:<52}{:>9}{:>9}{:>14}\n", "executions by pass", "median", "max", "yield points");
  for (const std::string& name : names) {
    const auto& [executions, yields] = counts[name];
    text += fmt::format("    {:<50}{:>9.0f}{:>9.0f}{:>14.0f}\n", name, median(executions), largest(executions),
                        median(yields));
  }
  return text;
}

std::string render_minima(const std::vector<SeedMinimum>& minima, bool verbose) {
  const auto groups = group_minima(minima);
  std::string text = fmt::format("\nMinimal cases: {} of {} the same\n", groups.front().seeds.size(), minima.size());
  for (const SameMinimum& group : groups) {
    for (const Case* c : {&group.minimal, &group.minimal_any_shape}) {
      const auto token = case_to_token(*c, factory_program().schema);
      text += fmt::format("  {} of {}: {}, {}\n", group.seeds.size(), minima.size(),
                          name_of(FactorySettings::of(c->calls.front())), token ? *token : group.bucket);
    }
  }
  const auto executions = each(minima, [](const auto& m) { return m.shrunk.shrunk.executions; });
  const auto seconds = each(minima, [](const auto& m) { return m.seconds; });
  text += fmt::format("{:<54}{:>9}{:>9}\n", "", "median", "max");
  text += fmt::format("  {:<52}{:>9.0f}{:>9.0f}\n", "executions of a shrink", median(executions), largest(executions));
  text += fmt::format("  {:<52}{:>9.2f}{:>9.2f}\n", "seconds of a shrink", median(seconds), largest(seconds));
  return verbose ? text + render_passes(minima) : text;
}

std::string render_replays(const std::vector<ReplayRate>& replays) {
  std::string text = fmt::format("\n{:<54}{:>9}\n", "Strict replays of the minimal case", "per s");
  for (const ReplayRate& r : replays) {
    text += fmt::format("  {:<52}{:>9.0f}   {} of {} reproduced, {} distinct trace{}\n",
                        name_of(FactorySettings::of(r.replayed.calls.front())), r.rate(), r.count.reproduced,
                        r.count.times, r.count.traces_distinct, r.count.traces_distinct == 1 ? "" : "s");
  }
  return text;
}

ordered_json settings_to_json(const FactorySettings& s) {
  return {{"array_size", s.array_size},
          {"buffer_size", s.buffer_size},
          {"n_threads", s.n_threads},
          {"block_size", s.block_size}};
}

ordered_json spread(const std::vector<double>& values) {
  return {
      {"median", median(values)}, {"p90", quantile(values, 0.9)}, {"min", smallest(values)}, {"max", largest(values)}};
}

ordered_json rates_to_json(const LaunchRates& rates) {
  ordered_json controlled = ordered_json::array();
  for (const ControlledRate& way : rates.controlled) {
    controlled.push_back({{"schedule", way.schedule},
                          {"batch", way.batch},
                          {"launches_per_s", spread(way.rates)},
                          {"ratio", spread(way.ratios)}});
  }
  return {{"settings", settings_to_json(rates.settings)},
          {"stock_launches_per_s", spread(rates.stock)},
          {"stock_raised", rates.stock_raised},
          {"controlled", std::move(controlled)}};
}

ordered_json first_failures_to_json(const std::vector<FirstFailure>& all) {
  const auto found = found_of(all);
  return {{"schedules", "controlled"},
          {"seeds", all.size()},
          {"found", found.size()},
          {"launches", spread(each(found, [](const auto& f) { return f.launches; }))},
          {"seconds", spread(each(found, [](const auto& f) { return f.seconds; }))}};
}

ordered_json minima_to_json(const std::vector<SeedMinimum>& minima) {
  ordered_json distinct = ordered_json::array();
  for (const SameMinimum& group : group_minima(minima)) {
    distinct.push_back({{"bucket", group.bucket},
                        {"seeds", group.seeds},
                        {"minimal", case_to_json(group.minimal, factory_program().schema)},
                        {"minimal_any_shape", case_to_json(group.minimal_any_shape, factory_program().schema)}});
  }
  return {{"seeds", minima.size()},
          {"executions", spread(each(minima, [](const auto& m) { return m.shrunk.shrunk.executions; }))},
          {"seconds", spread(each(minima, [](const auto& m) { return m.seconds; }))},
          {"distinct", std::move(distinct)}};
}

ordered_json replays_to_json(const std::vector<ReplayRate>& replays) {
  ordered_json rows = ordered_json::array();
  for (const ReplayRate& r : replays) {
    rows.push_back({{"settings", settings_to_json(FactorySettings::of(r.replayed.calls.front()))},
                    {"replays_per_s", r.rate()},
                    {"times", r.count.times},
                    {"reproduced", r.count.reproduced},
                    {"traces_distinct", r.count.traces_distinct}});
  }
  return rows;
}

}  // namespace

std::string render_table(const BenchReport& report, bool verbose) {
  std::string text = fmt::format("Python {}, {}\n", report.system.python, report.system.software);
  if (!report.rates.empty()) {
    text += fmt::format(
        "\nLaunches/s, median of {} rounds of {:g} s; ratio to the simulator left alone in the same round\n",
        report.rate_options.rounds, report.rate_options.seconds);
    text += fmt::format("{:<54}{:>9}{:>9}   {}\n", "array_size/buffer_size/n_threads", "per s", "ratio", "min .. max");
    for (const LaunchRates& rates : report.rates) text += render_rates(rates);
  }
  if (!report.first_failures.empty()) text += render_first_failures(report.first_failures);
  if (!report.minima.empty()) text += render_minima(report.minima, verbose);
  if (!report.replays.empty()) text += render_replays(report.replays);
  return text;
}

ordered_json report_to_json(const BenchReport& report) {
  ordered_json rates = ordered_json::array();
  for (const LaunchRates& r : report.rates) rates.push_back(rates_to_json(r));
  ordered_json document = {{"format", "straylane-bench/1"},          {"python", report.system.python},
                           {"software", report.system.software},     {"rounds", report.rate_options.rounds},
                           {"seconds", report.rate_options.seconds}, {"launch_rates", std::move(rates)}};
  if (!report.first_failures.empty()) document["first_failure"] = first_failures_to_json(report.first_failures);
  if (!report.minima.empty()) document["minima"] = minima_to_json(report.minima);
  document["replays"] = replays_to_json(report.replays);
  return document;
}

}  // namespace straylane
