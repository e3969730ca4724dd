#include "report/run_json.h"

#include <fmt/format.h>

#include "codec/strict_json.h"
#include "report/finding_json.h"
#include "report/json_fields.h"
#include "report/search_report.h"

namespace straylane {

using json = nlohmann::ordered_json;

// --- one list for each type (report/json_fields.h)

void members(auto& field, CampaignTick& tick) {
  field("time_s", tick.time_s, "executions", tick.executions, "executions_per_s", tick.executions_per_s);
  field("corpus", tick.corpus, "features", tick.features, "edges", tick.edges, "schedules", tick.schedules);
  field("findings", tick.findings, "buckets", tick.buckets, "new_behaviour", tick.new_behaviour);
  field("restarts", tick.restarts);
}

void members(auto& field, BucketRecord& bucket) {
  field("bucket", bucket.bucket, "message", bucket.message, "count", bucket.count, "first_time_s", bucket.first_time_s);
  field("minimization", bucket.minimization, "folder", bucket.folder);
}

void members(auto& field, CampaignSummary& campaign) {
  field("folder", campaign.folder);
  field.derived("ticks", campaign.ticks.size());
  field.derived("last", campaign.ticks.back());
  field("buckets", campaign.buckets);
}

void members(auto& field, System& system) {
  field("python", system.python, "software", system.software, "path", system.path);
}

void members(auto& field, CanaryResult& canary) {
  field("primitive", canary.primitive, "schedules", canary.schedules, "found", canary.found);
}

void members(auto& field, StrategyFigures& figures) {
  field("strategy", figures.name, "runs", figures.runs, "seconds", figures.seconds, "yields", figures.yields);
  field("new_classes", figures.new_classes, "new_pairs", figures.new_pairs, "failures", figures.failures);
}

void members(auto& field, DiscoveryEstimate& estimate) {
  field("behaviour", estimate.behaviour, "runs", estimate.runs, "classes", estimate.classes);
  field("singletons", estimate.singletons, "doubletons", estimate.doubletons, "one_in", estimate.one_in);
  field("chance", estimate.chance, "chance_low", estimate.chance_low, "chance_high", estimate.chance_high);
  field("chance_bound", estimate.chance_bound);
  field.derived("confidence", 0.95);
}

void members(auto& field, TargetSummary& target) {
  field("reason", target.reason, "system", target.system, "kernel", target.kernel, "notes", target.notes);
  field("canary", target.canary, "cases", target.cases, "launches", target.launches, "schedules", target.schedules);
  field("schedules_distinct", target.schedules_distinct, "reads_from_classes", target.reads_from_classes);
  field.derived("reads_from_classes_per_1000", per_thousand(target.reads_from_classes, target.schedules));
  field("strategies", target.strategies, "failing_launches", target.failing_launches, "hypothesis", target.hypothesis);
  field("controlled", target.controlled, "builds", target.builds, "builds_failed", target.builds_failed);
  field("not_launched", target.not_launched, "unreproduced", target.unreproduced, "seconds", target.seconds);
  field("ended_by", target.ended_by);
}

namespace {

constexpr JsonBounds kLineBounds{
    .bytes_max = std::size_t{1} << 20, .depth_max = 6, .keys_max = 64, .values_max = 10'000};

template <class T>
Expected<T> value_from(std::string_view text, const std::string& place) {
  const auto parsed = parse_strict_json(text, place, kLineBounds);
  if (!parsed) return tl::unexpected(parsed.error());
  T value;
  JsonReader::Problem problem;
  JsonFieldReader::read(JsonReader(*parsed, problem), value);
  if (problem) return make_error(problem->code, place + ": " + problem->message);
  return value;
}

}  // namespace

json target_to_json(const TargetSummary& target) {
  json j = {{"target", target.target}, {"status", target.ran ? "ran" : target.skipped ? "skipped" : "unsupported"}};
  j.update(JsonFieldWriter::value_of(target));
  j["discovery"] = discovery_to_json(target.discovery);
  j["classes"] = json::object();
  for (const auto& [name, count] : target.classes) j["classes"][name] = count;
  return j;
}

json discovery_to_json(const DiscoveryEstimate& estimate) {
  return estimate.runs == 0 ? json(nullptr) : JsonFieldWriter::value_of(estimate);
}

std::string render_run_json(const RunRecord& run) {
  json document = {{"format", "straylane-report/2"}, {"version", run.version},
                   {"command", run.command},         {"exit_code", run.exit_code},
                   {"problem", run.problem},         {"targets", json::array()},
                   {"findings", json::array()},      {"campaigns", JsonFieldWriter::value_of(run.campaigns)}};
  for (const TargetSummary& target : run.targets) document["targets"].push_back(target_to_json(target));
  for (const FindingRecord& record : run.findings) document["findings"].push_back(finding_to_json(record));
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Expected<std::vector<CampaignTick>> ticks_from(const std::string& ndjson, const std::string& place) {
  std::vector<CampaignTick> ticks;
  for (std::size_t begin = 0, end = 0; (end = ndjson.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string where = fmt::format("{}:{}", place, ticks.size() + 1);
    const auto tick = value_from<CampaignTick>(std::string_view(ndjson).substr(begin, end - begin), where);
    if (!tick) return tl::unexpected(tick.error());
    if (!ticks.empty() && tick->time_s < ticks.back().time_s) {
      return make_error(ErrorCode::kMalformed,
                        fmt::format("{}: time_s: is {}, and was {} before", where, tick->time_s, ticks.back().time_s));
    }
    if (ticks.size() == kTicksMax) {
      return make_error(ErrorCode::kMalformed, fmt::format("{}: has more than {} lines", place, kTicksMax));
    }
    ticks.push_back(*tick);
  }
  if (ticks.empty()) return make_error(ErrorCode::kMalformed, place + ": holds no statistics yet");
  return ticks;
}

Expected<BucketRecord> bucket_from(const std::string& json, const std::string& place) {
  return value_from<BucketRecord>(json, place);
}

}  // namespace straylane
