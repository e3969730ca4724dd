#include "report/sarif.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "domain/counted_noun.h"
#include "report/finding_sentences.h"
#include "report/report_text.h"

namespace straylane {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

std::string rule_id(const Failure& failure) {
  return failure.exception_type.empty() ? failure.oracle : failure.oracle + "/" + failure.exception_type;
}

json location_of_result(const SourceLocation& location) {
  json physical = {{"artifactLocation", {{"uri", percent_encoded(location.uri, "/:")}}}};
  if (!location.base.empty()) physical["artifactLocation"]["uriBaseId"] = location.base;
  if (location.line > 0) {
    physical["region"] = {{"startLine", location.line}};
    if (!location.statement.empty()) physical["region"]["snippet"] = {{"text", location.statement}};
  }
  json result = {{"physicalLocation", physical}};
  if (!location.function.empty()) {
    result["logicalLocations"] = json::array({{{"fullyQualifiedName", location.function}, {"kind", "function"}}});
  }
  return result;
}

// The columns as a code flow: what each thread did, in the order in which it happened.
json code_flows(const FindingRecord& record) {
  std::vector<json> flows(record.columns.threads.size(), json::array());
  std::size_t order = 0;
  for (const ColumnRow& row : record.columns.rows) {
    if (row.site.line == 0 && row.note.empty()) continue;
    if (++order > kFlowLocationsMax) break;
    json location = json::object();
    if (!row.site.file.empty()) location = location_of_result(location_of(row.site, record.finding.sources));
    const std::string text = row.note.empty() ? row.site.statement : row.note;
    location["message"] = {{"text", text.empty() ? row.site.function : text}};
    flows[row.column].push_back({{"location", location},
                                 {"executionOrder", order},
                                 {"importance", row.note.empty() ? "important" : "essential"}});
  }
  json threads = json::array();
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (!flows[i].empty()) threads.push_back({{"id", to_string(record.columns.threads[i])}, {"locations", flows[i]}});
  }
  return threads.empty() ? json::array() : json::array({{{"threadFlows", threads}}});
}

std::string message_text(const FindingRecord& record) {
  const Finding& f = record.finding;
  std::string text = what_failed(f.failure) + ".";
  if (f.shrunk) text += " Smallest: " + f.schema.describe(f.minimal().calls) + ".";
  if (f.shrunk && f.controlled) text += " " + counted_noun(f.shrunk->minimal.preemptions, "preemption") + ".";
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
  if (record.location) result["locations"].push_back(location_of_result(*record.location));
  if (json flows = code_flows(record); !flows.empty()) result["codeFlows"] = std::move(flows);
  result["properties"] = {
      {"target", f.target}, {"confirmed", to_string(f.confirmed)}, {"token", f.token}, {"folder", f.folder}};
  if (f.shrunk) result["properties"]["preemptions"] = f.shrunk->minimal.preemptions;
  for (const Fact& fact : f.failure.facts) result["properties"]["facts"][fact.name] = fact.value;
  return result;
}

// The result of a failure that was not minimised, of which only the message is known.
json result_of(const BucketRecord& bucket) {
  const std::string text =
      fmt::format("{} ({}; not minimised)", bucket.message, counted_noun(bucket.count, "failing execution"));
  return {{"ruleId", "campaign"},       {"kind", "fail"},
          {"level", "error"},           {"message", {{"text", text}}},
          {"locations", json::array()}, {"partialFingerprints", {{"straylaneBucket/v1", bucket.bucket}}}};
}

json invocation_of(const RunRecord& run) {
  json notifications = json::array();
  for (const TargetSummary& target : run.targets) {
    if (target.ran) continue;
    const std::string text = fmt::format("target {}: {}", target.target, why_not_run(target));
    notifications.push_back({{"level", "note"}, {"message", {{"text", text}}}});
  }
  if (!run.problem.empty()) notifications.push_back({{"level", "error"}, {"message", {{"text", run.problem}}}});
  return {{"executionSuccessful", run.problem.empty()},
          {"exitCode", run.exit_code},
          {"commandLine", "straylane " + run.command},
          {"toolExecutionNotifications", notifications}};
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
                       {"shortDescription", {{"text", record.finding.failure.rule}}},
                       {"defaultConfiguration", {{"level", "error"}}}});
    }
    results.push_back(result_of(record, rule->second));
  }
  for (const BucketRecord& bucket : buckets_without_finding(run)) results.push_back(result_of(bucket));
  const json base_ids = {
      {"STRAYLANE", {{"description", {{"text", "The root of Straylane's own sources."}}}}},
      {"PYTHON_PACKAGES", {{"description", {{"text", "The folder of packages of the interpreter under test."}}}}}};
  const json document = {
      {"$schema", kSchema},
      {"version", "2.1.0"},
      {"runs",
       json::array({{{"tool", {{"driver", {{"name", "Straylane"}, {"version", run.version}, {"rules", rules}}}}},
                     {"invocations", json::array({invocation_of(run)})},
                     {"originalUriBaseIds", base_ids},
                     {"columnKind", "utf16CodeUnits"},
                     {"results", results}}})}};
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace straylane
