#include "cli/hunt_record.h"

#include <fmt/format.h>

#include "report/shell_word.h"

namespace straylane {

namespace {

std::vector<CanaryRow> canary_rows(const std::vector<CanaryResult>& results) {
  std::vector<CanaryRow> rows;
  for (const CanaryResult& r : results) rows.push_back({r.primitive, r.schedules, r.found});
  return rows;
}

}  // namespace

TargetRow row_of(const TargetSummary& s) {
  return {.target = s.target,
          .ran = s.ran,
          .skipped = s.skipped,
          .reason = s.reason,
          .system = s.info.system,
          .notes = s.info.notes,
          .cases = s.cases,
          .launches = s.launches,
          .schedules = s.schedules,
          .schedules_distinct = s.schedules_distinct,
          .discovery = s.discovery,
          .reads_from_classes = s.reads_from_classes,
          .strategies = s.strategies,
          .failing_launches = s.failing_launches,
          .stray_launches = s.stray_launches,
          .controlled = s.info.controlled,
          .builds = s.builds,
          .builds_failed = s.builds_failed,
          .not_launched = s.not_launched,
          .unreproduced = s.unreproduced,
          .seconds = s.seconds,
          .ended_by = s.ended_by,
          .classes = s.classes.by_name(),
          .canary = canary_rows(s.canary),
          .kernel = s.info.kernel ? s.info.kernel->path : ""};
}

RunRecord hunt_record(const CommonOptions& options, const std::vector<TargetSummary>& summaries,
                      const std::vector<Finding>& findings) {
  RunRecord run;
  run.version = STRAYLANE_VERSION;
  run.command = command_text("hunt", options);
  for (const TargetSummary& s : summaries) run.targets.push_back(row_of(s));
  for (const Finding& f : findings) run.findings.push_back(record_of(f));
  return run;
}

std::string command_text(const char* verb, const CommonOptions& options) {
  std::string text = fmt::format("{} --seed {}", verb, options.seed);
  if (!options.target.empty()) text += " --target " + options.target;
  if (!options.kernel.empty()) text += " --kernel " + shell_word(options.kernel);
  return text;
}

}  // namespace straylane
