#include "cli/finding_hooks.h"

#include <fmt/format.h>

#include "cli/mwe_sources.h"
#include "cli/regressions.h"
#include "report/finding_folder.h"
#include "report/pytest_export.h"
#include "report/repro.h"

namespace straylane {
namespace {

std::string pytest_of(const Finding& finding) {
  const PytestParts parts{finding.bucket, factory_sources().value_or(std::map<std::string, std::string>()),
                          known_fixes(finding.bucket).value_or(std::map<std::string, std::string>())};
  return render_pytest(finding.minimal, finding.trace, finding.failure, parts).value_or("");
}

}  // namespace

HuntHooks finding_hooks(Terminal& terminal) {
  HuntHooks hooks;
  hooks.say = [&terminal](const std::string& line) { terminal.say(line); };
  hooks.progress = [&terminal](const TargetSummary& s, double time_s) {
    terminal.status(
        fmt::format("{}: {:.0f} of {:.0f} s, {} launches ({:.0f}/s), {} schedules, {} distinct, {} failures", s.target,
                    s.seconds, time_s, s.launches, static_cast<double>(s.launches) / std::max(s.seconds, 1e-9),
                    s.schedules, s.schedules_distinct, s.failing_launches));
  };
  hooks.render_repro = render_repro;
  hooks.render_folder = [](const Finding& finding, const std::string& repro) {
    const auto sources = program_sources(finding.minimal.program);
    return render_finding_folder(finding, repro, sources.value_or(std::map<std::string, std::string>()),
                                 repro.empty() ? "" : pytest_of(finding));
  };
  return hooks;
}

}  // namespace straylane
