#include "bench/host_report.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cmath>
#include <fstream>
#include <thread>

#include "bench/quantiles.h"

namespace straylane {
namespace {

using nlohmann::ordered_json;

// The value of the first line that begins with `key`: the text after `separator`.
std::string value_in(const char* path, const std::string& key, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto at = line.find(separator);
    if (at == std::string::npos || line.compare(0, key.size(), key) != 0) continue;
    const auto begin = line.find_first_not_of(" \t\"", at + 1);
    const auto end = line.find_last_not_of(" \t\"");
    return begin == std::string::npos ? "" : line.substr(begin, end + 1 - begin);
  }
  return "";
}

// The value with three significant digits.
std::string figure(double value) {
  const double size = std::abs(value);
  return size >= 100  ? fmt::format("{:.0f}", value)
         : size >= 10 ? fmt::format("{:.1f}", value)
         : size >= 1  ? fmt::format("{:.2f}", value)
                      : fmt::format("{:.3f}", value);
}

bool is_met(const HostRow& row) {
  return row.want == HostRow::Want::kAtMost ? median(row.values) <= row.wanted : median(row.values) >= row.wanted;
}

std::string render_row(const HostRow& row) {
  const std::string name = fmt::format("  {:<58}{:<11}", row.name, row.unit);
  if (row.values.empty()) return fmt::format("{}not measured: {}\n", name, row.not_measured);
  std::string text = fmt::format("{}{:>9}{:>9}{:>9}", name, figure(median(row.values)), figure(quantile(row.values, 0)),
                                 figure(quantile(row.values, 1)));
  if (row.want != HostRow::Want::kNothing) {
    text += fmt::format("   {} {}: {}", row.want == HostRow::Want::kAtMost ? "at most" : "at least",
                        fmt::format("{:g}", row.wanted), is_met(row) ? "met" : "MISSED");
  }
  return text + "\n";
}

ordered_json row_to_json(const HostRow& row) {
  ordered_json json = {{"name", row.name}, {"unit", row.unit}};
  if (row.values.empty()) {
    json["not_measured"] = row.not_measured;
    return json;
  }
  json["median"] = median(row.values);
  json["p90"] = quantile(row.values, 0.9);
  json["min"] = quantile(row.values, 0);
  json["max"] = quantile(row.values, 1);
  json["values"] = row.values.size();
  if (row.want != HostRow::Want::kNothing) {
    json[row.want == HostRow::Want::kAtMost ? "wanted_at_most" : "wanted_at_least"] = row.wanted;
    json["met"] = is_met(row);
  }
  return json;
}

}  // namespace

std::string name_of_machine() {
  double load = 0;  // running processes, on average over a minute
  getloadavg(&load, 1);
  return fmt::format("{}, {} cores, {}, load {:.1f}", value_in("/proc/cpuinfo", "model name", ':'),
                     std::thread::hardware_concurrency(), value_in("/etc/os-release", "PRETTY_NAME", '='), load);
}

std::string render_table(const HostReport& report) {
  std::string text = fmt::format("{}\n{}\n", report.machine, report.compiler);
  for (const HostSection& section : report.sections) {
    text += fmt::format("\n{:<71}{:>9}{:>9}{:>9}   wanted\n", section.title, "median", "min", "max");
    for (const HostRow& row : section.rows) text += render_row(row);
  }
  return text;
}

ordered_json report_to_json(const HostReport& report) {
  ordered_json rows = ordered_json::object();
  for (const HostSection& section : report.sections) {
    for (const HostRow& row : section.rows) rows[row.key] = row_to_json(row);
  }
  return {{"format", "straylane-bench-host/1"},
          {"machine", report.machine},
          {"compiler", report.compiler},
          {"rows", std::move(rows)}};
}

}  // namespace straylane
