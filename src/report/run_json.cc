#include "report/run_json.h"

#include <fmt/format.h>

#include "codec/json_fields.h"
#include "report/finding_json.h"
#include "report/text_report.h"

namespace straylane {

using json = nlohmann::ordered_json;

// --- one list of members for each type (codec/json_fields.h)

STRAYLANE_MEMBERS(BucketRecord, bucket, message, count, first_time_s, minimization, folder)

void members(auto& field, CampaignSummary& value) {
  STRAYLANE_FIELDS(folder)
  field.derived("ticks", value.ticks.size());
  field.derived("last", value.ticks.back());
  STRAYLANE_FIELDS(buckets)
}

STRAYLANE_MEMBERS(System, python, software, path)

STRAYLANE_MEMBERS(CanaryResult, primitive, schedules, found)

void members(auto& field, StrategyFigures& value) {
  field("strategy", value.name);
  STRAYLANE_FIELDS(runs, seconds, yields, new_classes, new_pairs, failures)
}

void members(auto& field, DiscoveryEstimate& value) {
  STRAYLANE_FIELDS(behaviour, runs, classes, singletons, doubletons, one_in, chance, chance_low, chance_high,
                   chance_bound)
  field.derived("confidence", 0.95);
}

void members(auto& field, TargetSummary& value) {
  STRAYLANE_FIELDS(reason, system, kernel, notes, canary, cases, launches, schedules, schedules_distinct,
                   reads_from_classes)
  field.derived("reads_from_classes_per_1000", per_thousand(value.reads_from_classes, value.schedules));
  STRAYLANE_FIELDS(strategies, failing_launches, hypothesis, controlled, builds, builds_failed, not_launched,
                   unreproduced, seconds, ended_by)
}

namespace {

constexpr JsonBounds kLineBounds{
    .bytes_max = std::size_t{1} << 20, .depth_max = 6, .keys_max = 64, .values_max = 10'000};

}  // namespace

json target_to_json(const TargetSummary& target) {
  json j = {{"target", target.target}, {"status", target.ran ? "ran" : target.skipped ? "skipped" : "unsupported"}};
  j.update(JsonFieldWriter::value_of(target));
  j["discovery"] = target.discovery.runs == 0 ? json(nullptr) : JsonFieldWriter::value_of(target.discovery);
  j["classes"] = json::object();
  for (const auto& [name, count] : target.classes) j["classes"][name] = count;
  return j;
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
    const auto tick =
        value_from_json<CampaignTick>(std::string_view(ndjson).substr(begin, end - begin), where, kLineBounds);
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
  return value_from_json<BucketRecord>(json, place, kLineBounds);
}

}  // namespace straylane
