#include "cli/finding_hooks.h"

#include <fmt/format.h>

#include "campaign/artifact_folder.h"
#include "report/finding_folder.h"
#include "report/repro.h"
#include "target/beside_program.h"

namespace straylane {
namespace {

constexpr std::size_t kSourceBytesMax = 1 << 20;

// What repro.py launches: the very files that the target ran.
std::map<std::string, std::string> mwe_sources() {
  std::map<std::string, std::string> sources;
  const auto folder = beside_program("python/numba_mwe");
  for (const char* name : {"__init__.py", "allocator_factory.py", "kernel_factory.py"}) {
    if (const auto text = read_file(folder / name, kSourceBytesMax)) sources[name] = *text;
  }
  return sources;
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
    return render_finding_folder(finding, repro, mwe_sources());
  };
  return hooks;
}

}  // namespace straylane
