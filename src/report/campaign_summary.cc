#include "report/campaign_summary.h"

#include <fmt/format.h>

#include "codec/json_reader.h"
#include "codec/strict_json.h"

namespace straylane {
namespace {

constexpr JsonBounds kLineBounds{
    .bytes_max = std::size_t{1} << 20, .depth_max = 6, .keys_max = 64, .values_max = 10'000};

CampaignTick tick_from(const JsonReader& in) {
  const auto count = [&](const char* key) { return in.has(key) ? in.at(key).unsigned_integer() : 0; };
  return {.time_s = in.at("time_s").number(),
          .executions = count("executions"),
          .executions_per_s = count("executions_per_s"),
          .corpus = count("corpus"),
          .features = count("features"),
          .edges = count("edges"),
          .schedules = count("schedules"),
          .findings = count("findings"),
          .buckets = count("buckets"),
          .new_behaviour = count("new_behaviour"),
          .restarts = count("restarts"),
          .workers = {}};
}

}  // namespace

Expected<std::vector<CampaignTick>> ticks_from(const std::string& ndjson, const std::string& place) {
  std::vector<CampaignTick> ticks;
  std::size_t number = 0;
  for (std::size_t begin = 0, end = 0; (end = ndjson.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string where = fmt::format("{}:{}", place, ++number);
    const auto line = parse_strict_json(std::string_view(ndjson).substr(begin, end - begin), where, kLineBounds);
    if (!line) return tl::unexpected(line.error());
    JsonReader::Problem problem;
    const CampaignTick tick = tick_from(JsonReader(*line, problem));
    if (problem) return make_error(problem->code, where + ": " + problem->message);
    if (!ticks.empty() && tick.time_s < ticks.back().time_s) {
      return make_error(ErrorCode::kMalformed,
                        fmt::format("{}: time_s: is {}, and was {} before", where, tick.time_s, ticks.back().time_s));
    }
    if (ticks.size() == kTicksMax) {
      return make_error(ErrorCode::kMalformed, fmt::format("{}: has more than {} lines", place, kTicksMax));
    }
    ticks.push_back(tick);
  }
  if (ticks.empty()) return make_error(ErrorCode::kMalformed, place + ": holds no statistics yet");
  return ticks;
}

Expected<SummaryBucket> bucket_from(const std::string& json, const std::string& place) {
  const auto read = parse_strict_json(json, place, kLineBounds);
  if (!read) return tl::unexpected(read.error());
  JsonReader::Problem problem;
  const JsonReader in(*read, problem);
  const auto optional_text = [&](const char* key) { return in.has(key) ? in.at(key).text() : ""; };
  SummaryBucket bucket{.bucket = in.at("bucket").text(),
                       .message = in.at("message").text(),
                       .count = in.at("count").unsigned_integer(),
                       .first_time_s = in.at("first_time_s").number(),
                       .minimization = optional_text("minimization"),
                       .folder = optional_text("folder")};
  if (problem) return make_error(problem->code, place + ": " + problem->message);
  return bucket;
}

}  // namespace straylane
