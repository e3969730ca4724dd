#include "cli/finding_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "cli/shipped_files.h"
#include "os/child.h"
#include "os/files.h"
#include "report/exports.h"
#include "report/finding_json.h"

namespace straylane {
namespace {

constexpr std::size_t kFindingBytesMax = 64 << 20;
constexpr double kTestTimeoutS = 60;
constexpr std::string_view kDrifted = "drifted: ";  // begins the test's line about a function that has changed

// Returns the program that the finding launches, with its sources.
Expected<HeldProgram> held_of(const Finding& finding) {
  return held_program_with_sources(finding.minimal().program, finding.failure);
}

std::string pytest_of(const Finding& finding, const HeldProgram& held) {
  const PytestParts parts{finding.bucket, known_fixes(finding.bucket).value_or(std::map<std::string, std::string>())};
  return render_pytest(held, finding.minimal(), finding.trace, finding.failure, parts).value_or("");
}

struct TestRun {
  std::string outcome;               // its last line: PASSED, FAILED or REFUSED, and why
  std::vector<std::string> digests;  // of the functions that have changed since the recording
};

Expected<TestRun> run_test(const std::string& text, const std::string& python) {
  const TemporaryFolder folder;
  if (auto written = write_new_file(folder.path() / "test.py", text); !written) return tl::unexpected(written.error());
  const ChildResult result = run_child({python, "-P", "-B", "test.py"}, folder.path(), kTestTimeoutS);
  TestRun run;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) run.outcome = line;
    if (!line.starts_with(kDrifted)) continue;
    const std::string digest = line.substr(kDrifted.size(), 16);
    if (!digest.starts_with("absent")) run.digests.push_back(digest);
  }
  return run;
}

tl::unexpected<Error> not_as_expected(const std::string& python, const char* must, const TestRun& run) {
  return make_error(ErrorCode::kNotReproducible,
                    fmt::format("the test must {} with {}, but: {}", must, python, run.outcome));
}

// Adds the functions that `python` has at the recorded sites.
Expected<void> add_fix(const std::string& text, const std::string& python, std::map<std::string, std::string>& fixed) {
  const auto target = open_target(needed_target(false).name, {python});
  if (!target) return tl::unexpected(target.error());
  const auto run = run_test(text, python);
  if (!run) return tl::unexpected(run.error());
  if (run->outcome.starts_with("FAILED")) return not_as_expected(python, "pass", *run);
  if (run->digests.empty()) {
    return make_error(
        ErrorCode::kNotReproducible,
        fmt::format("{} has the recorded statements at all sites, so nothing there shows that the failure "
                    "is fixed: {}",
                    python, run->outcome));
  }
  const std::string version = (*target)->info().system.software;
  for (const std::string& digest : run->digests) {
    std::string& versions = fixed[digest];
    if ((", " + versions + ",").find(", " + version + ",") != std::string::npos) continue;
    versions += (versions.empty() ? "" : ", ") + version;
  }
  return {};
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
    return held_of(finding).and_then(
        [&](const HeldProgram& held) { return render_repro(held, finding.minimal(), finding.trace, finding.failure); });
  };
  hooks.render_folder = [](const Finding& finding, const std::string& repro) {
    const HeldProgram held = finding.can_confirm ? held_of(finding).value_or(HeldProgram{}) : HeldProgram{};
    return render_finding_folder(finding, repro, held, repro.empty() ? "" : pytest_of(finding, held));
  };
  hooks.order_of_folder = [](const std::filesystem::path& folder) {
    return read_file(folder / "finding.json", kFindingBytesMax).map(order_in).value_or(std::nullopt);
  };
  return hooks;
}

Expected<PytestExport> export_pytest(const Replayed& finding, const std::string& python,
                                     const std::vector<std::string>& fixed) {
  const RunResult& run = finding.run;
  const Failure& failure = *run.verdict.failure;
  const auto held = held_program_with_sources(run.recorded.program, failure);
  if (!held) return tl::unexpected(held.error());
  auto known = known_fixes(finding.bucket);
  if (!known) return tl::unexpected(known.error());
  PytestParts parts{finding.bucket, *known};
  const auto render = [&] { return render_pytest(*held, run.recorded, run.observation, failure, parts); };
  auto text = render();
  if (!text) return tl::unexpected(text.error());
  for (const std::string& other : fixed) {
    if (auto added = add_fix(*text, other, parts.fixed); !added) return tl::unexpected(added.error());
  }
  text = render();
  const auto here = run_test(*text, python);
  if (!here) return tl::unexpected(here.error());
  if (!here->outcome.starts_with("FAILED")) return not_as_expected(python, "fail", *here);
  for (const std::string& other : fixed) {
    const auto there = run_test(*text, other);
    if (!there) return tl::unexpected(there.error());
    if (!there->outcome.starts_with("PASSED")) return not_as_expected(other, "pass", *there);
  }
  return PytestExport{*text, parts.fixed};
}

}  // namespace straylane
