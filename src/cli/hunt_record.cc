#include "cli/hunt_record.h"

#include <fmt/format.h>

#include "report/outside_text.h"

namespace straylane {

RunRecord hunt_record(const CommonOptions& options, const std::vector<TargetSummary>& summaries,
                      const std::vector<Finding>& findings) {
  RunRecord run;
  run.version = STRAYLANE_VERSION;
  run.command = command_text("hunt", options);
  run.targets = summaries;
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
