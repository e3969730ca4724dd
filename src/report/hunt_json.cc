#include "report/hunt_json.h"

#include "codec/json_codec.h"
#include "report/discovery_report.h"
#include "report/explanation_json.h"
#include "report/strategies_report.h"

namespace straylane {

using json = nlohmann::ordered_json;

json target_to_json(const TargetRow& row) {
  json j = {{"target", row.target},
            {"status", row.ran       ? "ran"
                       : row.skipped ? "skipped"
                                     : "unsupported"},
            {"reason", row.reason}};
  j["system"] = {{"python", row.system.python}, {"numba", row.system.numba}, {"path", row.system.path}};
  j["kernel"] = row.kernel;
  j["notes"] = row.notes;
  j["canary"] = json::array();
  for (const CanaryRow& canary : row.canary) {
    j["canary"].push_back({{"primitive", canary.primitive}, {"schedules", canary.schedules}, {"found", canary.found}});
  }
  j["cases"] = row.cases;
  j["launches"] = row.launches;
  j["schedules"] = row.schedules;
  j["schedules_distinct"] = row.schedules_distinct;
  j["discovery"] = discovery_to_json(row.discovery);
  j["reads_from_classes"] = row.reads_from_classes;
  j["reads_from_classes_per_1000"] = per_thousand(row.reads_from_classes, row.schedules);
  j["strategies"] = strategies_to_json(row.strategies);
  j["failing_launches"] = row.failing_launches;
  j["stray_launches"] = row.stray_launches;
  j["controlled"] = row.controlled;
  j["builds"] = row.builds;
  j["builds_failed"] = row.builds_failed;
  j["not_launched"] = row.not_launched;
  j["unreproduced"] = row.unreproduced;
  j["seconds"] = row.seconds;
  j["ended_by"] = row.ended_by;
  json classes = json::object();
  for (const auto& [name, count] : row.classes) classes[name] = count;
  j["classes"] = std::move(classes);
  return j;
}

namespace {

json location_to_json(const std::optional<SourceLocation>& location, const Finding& finding) {
  if (!location) return nullptr;
  const SourceUri uri = uri_of(*location, finding);
  return {{"file", location->file},           {"line", location->line}, {"function", location->function},
          {"statement", location->statement}, {"uri", uri.uri},         {"base", uri.base}};
}

}  // namespace

json finding_to_json(const Finding& f, const std::optional<SourceLocation>& location) {
  json j = {{"bucket", f.bucket},
            {"target", f.target},
            {"controlled", f.controlled},
            {"unfinished", f.unfinished},
            {"oracle", f.failure.oracle},
            {"exception_type", f.failure.exception_type},
            {"message", f.failure.message},
            {"function", f.failure.function},
            {"thread", f.failure.thread ? json(to_string(*f.failure.thread)) : json(nullptr)},
            {"thread_index", f.failure.thread_index},
            {"n_threads", f.failure.n_threads},
            {"stray", f.failure.stray},
            {"location", location_to_json(location, f)},
            {"launches_to_failure", f.launches_to_failure},
            {"seconds_to_failure", f.seconds_to_failure},
            {"failing_launches", f.failing_launches},
            {"stray_launches", f.stray_launches}};
  j["found"] = case_to_json(f.found);
  j["minimal"] = f.shrunk ? json(case_to_json(f.minimal)) : json(nullptr);
  j["minimal_any_block"] = f.shrunk ? json(case_to_json(f.minimal_any_block)) : json(nullptr);
  j["preemptions"] = f.preemptions;
  j["preemptions_proven"] = f.proven;
  j["shrink"] = {{"executions", f.shrink_executions},
                 {"seconds", f.shrink_seconds},
                 {"stopped_early", f.stopped_early},
                 {"not_proven", f.not_proven}};
  if (const auto& smaller = f.smaller_settings; smaller.tried) {
    j["smaller_settings"] = {{"proven", smaller.proven},
                             {"settings", smaller.settings},
                             {"cases", smaller.cases},
                             {"reason", smaller.reason}};
  }
  j["replays"] = {
      {"times", f.replays.times}, {"reproduced", f.replays.reproduced}, {"traces_distinct", f.replays.traces_distinct}};
  j["cause"] = f.cause;
  j["why"] = f.why ? explanation_to_json(*f.why) : json(nullptr);
  j["confirmed"] = to_string(f.confirmed);
  j["confirmation"] = f.confirmation;
  j["token"] = f.token;
  j["folder"] = f.folder;
  return j;
}

}  // namespace straylane
