#include "cli/finding_export.h"

#include <fmt/format.h>

#include <filesystem>
#include <sstream>

#include "cli/mwe_sources.h"
#include "cli/regressions.h"
#include "cli/strict_run.h"
#include "os/child_process.h"
#include "os/files.h"
#include "os/temporary_folder.h"
#include "report/pytest_export.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr double kTestTimeoutS = 60;
constexpr const char* kDrifted = "drifted: ";  // what the test says of a function that is not as it was recorded

struct TestRun {
  std::string outcome;               // its last line: PASSED, FAILED or REFUSED, and why
  std::vector<std::string> digests;  // of the functions that have drifted
};

Expected<TestRun> run_test(const std::string& text, const std::string& python) {
  const TemporaryFolder folder;
  if (auto written = write_new_file(folder.path() / "test.py", text); !written) {
    return tl::unexpected(written.error());
  }
  const ChildResult result = run_child({python, "-P", "-B", "test.py"}, folder.path(), kTestTimeoutS);
  TestRun run;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kDrifted) && !line.starts_with(std::string(kDrifted) + "absent"))
      run.digests.push_back(line.substr(std::string(kDrifted).size(), 16));
    if (!line.empty()) run.outcome = line;
  }
  return run;
}

Error not_as_expected(const std::string& python, const char* must, const TestRun& run) {
  return {ErrorCode::kNotReproducible, fmt::format("the test must {} with {}, but: {}", must, python, run.outcome)};
}

// Adds what `python` has at the recorded sites.
Expected<void> add_fix(const std::string& text, const std::string& python, std::map<std::string, std::string>& fixed) {
  const auto target = open_target(needed_target(false).name, {python});
  if (!target) return tl::unexpected(target.error());
  const auto run = run_test(text, python);
  if (!run) return tl::unexpected(run.error());
  if (run->outcome.starts_with("FAILED")) return tl::unexpected(not_as_expected(python, "pass", *run));
  if (run->digests.empty()) {
    return make_error(
        ErrorCode::kNotReproducible,
        fmt::format("{} has the recorded statements at all sites, so nothing there tells that the failure "
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

Expected<CaseInput> load_finding(const std::string& folder_or_case, bool as_bytes) {
  std::error_code error;
  const fs::path path = folder_or_case;
  if (!fs::is_directory(path, error)) return load_case(folder_or_case, as_bytes);
  for (const char* name : {"min.json", "case.json"}) {
    if (fs::exists(path / name, error)) return load_case((path / name).string());
  }
  return make_error(ErrorCode::kMalformed, fmt::format("{}: holds no min.json, so it is no finding", folder_or_case));
}

Expected<Replayed> replay_finding(Target& target, const CaseInput& input, const std::string& name) {
  auto run = strict_run(target, input);
  if (!run) return tl::unexpected(run.error());
  if (!run->verdict.failure) {
    return make_error(ErrorCode::kNotReproducible,
                      fmt::format("{}: not reproducible: the case does not fail here", name));
  }
  std::string bucket = bucket_of(*run->verdict.failure);
  return Replayed{std::move(*run), std::move(bucket)};
}

Expected<PytestExport> export_pytest(const Replayed& finding, const std::string& python,
                                     const std::vector<std::string>& fixed) {
  const auto held = held_program_with_sources(finding.run.recorded.program, *finding.run.verdict.failure);
  if (!held) return tl::unexpected(held.error());
  auto known = known_fixes(finding.bucket);
  if (!known) return tl::unexpected(known.error());
  PytestParts parts{finding.bucket, *known};
  const auto render = [&] {
    return render_pytest(*held, finding.run.recorded, finding.run.observation, *finding.run.verdict.failure, parts);
  };
  auto text = render();
  if (!text) return tl::unexpected(text.error());
  for (const std::string& other : fixed) {
    if (auto added = add_fix(*text, other, parts.fixed); !added) return tl::unexpected(added.error());
  }
  text = render();
  const auto here = run_test(*text, python);
  if (!here) return tl::unexpected(here.error());
  if (!here->outcome.starts_with("FAILED")) return tl::unexpected(not_as_expected(python, "fail", *here));
  for (const std::string& other : fixed) {
    const auto there = run_test(*text, other);
    if (!there) return tl::unexpected(there.error());
    if (!there->outcome.starts_with("PASSED")) return tl::unexpected(not_as_expected(other, "pass", *there));
  }
  return PytestExport{*text, parts.fixed};
}

}  // namespace straylane
