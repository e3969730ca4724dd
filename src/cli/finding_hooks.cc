#include "cli/finding_hooks.h"

#include <fmt/format.h>

#include "cli/mwe_sources.h"
#include "cli/regressions.h"
#include "os/files.h"
#include "report/finding_folder.h"
#include "report/finding_json.h"
#include "report/pytest_export.h"
#include "report/repro.h"

namespace straylane {
namespace {

constexpr std::size_t kFindingBytesMax = 64 << 20;

// What the finding launches, as far as its files can be read.
HeldProgram held_of(const Finding& finding) {
  return held_program_with_sources(finding.minimal().program, finding.failure).value_or(HeldProgram{});
}

std::string pytest_of(const Finding& finding, const HeldProgram& held) {
  const PytestParts parts{finding.bucket, known_fixes(finding.bucket).value_or(std::map<std::string, std::string>())};
  return render_pytest(held, finding.minimal(), finding.trace, finding.failure, parts).value_or("");
}

std::optional<NecessaryOrder> order_of_folder(const std::filesystem::path& folder) {
  const auto text = read_file(folder / "finding.json", kFindingBytesMax);
  return text ? order_in(*text) : std::nullopt;
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
  hooks.render_repro = [](const Finding& finding) {
    return held_program_with_sources(finding.minimal().program, finding.failure).and_then([&](const HeldProgram& held) {
      return render_repro(held, finding.minimal(), finding.trace, finding.failure);
    });
  };
  hooks.render_folder = [](const Finding& finding, const std::string& repro) {
    const HeldProgram held = finding.can_confirm ? held_of(finding) : HeldProgram{};
    return render_finding_folder(finding, repro, held, repro.empty() ? "" : pytest_of(finding, held));
  };
  hooks.order_of_folder = order_of_folder;
  return hooks;
}

}  // namespace straylane
