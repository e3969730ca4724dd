#include "report/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "report/failure_text.h"
#include "report/replay_commands.h"

namespace straylane {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

std::string rule_id(const Failure& failure) {
  return failure.exception_type.empty() ? failure.oracle : failure.oracle + "/" + failure.exception_type;
}

// What RFC 3986 does not let stand in a path.
std::string percent_encoded(const std::string& path) {
  std::string out;
  for (const char c : path) {
    const bool plain =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string("-._~/:").find(c) != std::string::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

json physical_location(const SourceLocation& location, const Finding& finding) {
  const SourceUri uri = uri_of(location, finding);
  json artifact = {{"uri", percent_encoded(uri.uri)}};
  if (!uri.base.empty()) artifact["uriBaseId"] = uri.base;
  json physical = {{"artifactLocation", artifact}};
  if (location.line > 0) {
    physical["region"] = {{"startLine", location.line}};
    if (!location.statement.empty()) physical["region"]["snippet"] = {{"text", location.statement}};
  }
  return physical;
}

json location_of_result(const SourceLocation& location, const Finding& finding) {
  json result = {{"physicalLocation", physical_location(location, finding)}};
  if (!location.function.empty()) {
    result["logicalLocations"] = json::array({{{"fullyQualifiedName", location.function}, {"kind", "function"}}});
  }
  return result;
}

// The columns: what each thread did, in the order in which it happened.
json code_flows(const FindingRecord& record) {
  std::vector<json> flows(record.columns.threads.size(), json::array());
  std::size_t order = 0;
  for (const ColumnRow& row : record.columns.rows) {
    if (row.site.line == 0 && row.note.empty()) continue;
    if (++order > kFlowLocationsMax) break;
    const SourceLocation place{row.site.file, row.site.line, row.site.function, row.site.statement};
    json location = json::object();
    if (!place.file.empty()) location = location_of_result(place, record.finding);
    const std::string text = row.note.empty() ? row.site.statement : row.note;
    location["message"] = {{"text", text.empty() ? row.site.function : text}};
    flows[row.column].push_back({{"location", location},
                                 {"executionOrder", order},
                                 {"importance", row.note.empty() ? "important" : "essential"}});
  }
  json threads = json::array();
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (flows[i].empty()) continue;
    threads.push_back({{"id", to_string(record.columns.threads[i])}, {"locations", flows[i]}});
  }
  if (threads.empty()) return json::array();
  return json::array({{{"threadFlows", threads}}});
}

std::string message_text(const FindingRecord& record) {
  const Finding& f = record.finding;
  std::string text = what_failed(f.failure) + ".";
  if (f.shrunk) text += " Smallest: " + settings_text(f.minimal) + ".";
  if (f.shrunk && f.controlled) {
    text += fmt::format(" {} preemption{}.", f.preemptions, f.preemptions == 1 ? "" : "s");
  }
  text += " " + confirmed_sentence(f);
  for (const ReplayCommand& again : replay_commands(f)) text += "\n" + again.what + ": " + again.command;
  return text;
}

json result_of(const FindingRecord& record, std::size_t rule) {
  const Finding& f = record.finding;
  json result = {{"ruleId", rule_id(f.failure)},
                 {"ruleIndex", rule},
                 {"kind", "fail"},
                 {"level", f.confirmed == Confirmed::kNo ? "warning" : "error"},
                 {"message", {{"text", message_text(record)}}},
                 {"locations", json::array()},
                 {"partialFingerprints", {{"straylaneBucket/v1", f.bucket}}}};
  if (record.location) result["locations"].push_back(location_of_result(*record.location, f));
  if (json flows = code_flows(record); !flows.empty()) result["codeFlows"] = std::move(flows);
  result["properties"] = {
      {"target", f.target},           {"stray", f.failure.stray}, {"confirmed", to_string(f.confirmed)},
      {"preemptions", f.preemptions}, {"token", f.token},         {"folder", f.folder}};
  return result;
}

// Of a failure that has not been minimised more is not known than how it was told.
json result_of(const SummaryBucket& bucket) {
  return {
      {"ruleId", "campaign"},
      {"kind", "fail"},
      {"level", "error"},
      {"message", {{"text", fmt::format("{} ({} failing executions; not minimised)", bucket.message, bucket.count)}}},
      {"locations", json::array()},
      {"partialFingerprints", {{"straylaneBucket/v1", bucket.bucket}}}};
}

json invocation_of(const RunRecord& run) {
  json notifications = json::array();
  for (const TargetRow& row : run.targets) {
    if (row.ran) continue;
    notifications.push_back({{"level", "note"},
                             {"message",
                              {{"text", fmt::format("target {}: {}: {}", row.target,
                                                    row.skipped ? "skipped" : "unsupported", row.reason)}}}});
  }
  if (!run.problem.empty()) notifications.push_back({{"level", "error"}, {"message", {{"text", run.problem}}}});
  return {{"executionSuccessful", run.problem.empty()},
          {"exitCode", run.exit_code},
          {"commandLine", "straylane " + run.command},
          {"toolExecutionNotifications", notifications}};
}

json base_ids() {
  return {{"STRAYLANE", {{"description", {{"text", "The root of Straylane's own sources."}}}}},
          {"PYTHON_PACKAGES", {{"description", {{"text", "The folder of packages of the interpreter under test."}}}}}};
}

}  // namespace

std::string render_sarif(const RunRecord& run) {
  json rules = json::array();
  json results = json::array();
  std::map<std::string, std::size_t> index;
  for (const FindingRecord& record : run.findings) {
    const std::string id = rule_id(record.finding.failure);
    const auto [rule, added] = index.emplace(id, index.size());
    if (added) {
      rules.push_back({{"id", id},
                       {"shortDescription", {{"text", oracle_sentence(record.finding.failure)}}},
                       {"defaultConfiguration", {{"level", "error"}}}});
    }
    results.push_back(result_of(record, rule->second));
  }
  for (const SummaryBucket& bucket : buckets_without_finding(run)) results.push_back(result_of(bucket));
  const json document = {
      {"$schema", kSchema},
      {"version", "2.1.0"},
      {"runs",
       json::array({{{"tool", {{"driver", {{"name", "Straylane"}, {"version", run.version}, {"rules", rules}}}}},
                     {"invocations", json::array({invocation_of(run)})},
                     {"originalUriBaseIds", base_ids()},
                     {"columnKind", "utf16CodeUnits"},
                     {"results", results}}})}};
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace straylane
