// Every case of corpus/regressions fails in its bucket where it was found, and passes where the failure is fixed.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/case_input.h"
#include "cli/shipped_files.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKnownFailure = "attributeerror-module-numba-cuda-has-no-attribute-local-c10af738";
constexpr std::uint64_t kSchedules = 300;  // drawn, where the failure is fixed

const fs::path kRoot = STRAYLANE_SOURCE_DIR;

std::vector<fs::path> regressions() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(kRoot / "corpus" / "regressions")) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  return folders;
}

// The default interpreter, and the environments that `straylane env add` has made in this checkout.
std::vector<std::string> interpreters() {
  std::vector<std::string> found = {"/usr/bin/python3"};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(kRoot / ".straylane" / "envs", error)) {
    if (fs::exists(entry.path() / "ready")) found.push_back((entry.path() / "bin" / "python").string());
  }
  return found;
}

bool same_sites(const CaseInput& input, const Expected<RunResult>& run) {
  return run || run.error().code != ErrorCode::kRefused || input.value.sites.empty();
}

// Whether a list of versions has one: "numba-cuda 0.30.4 (numba 0.68.1), ..." has numba-cuda 0.30.4 with any numba.
bool names(const std::string& versions, const std::string& numba) {
  const std::string name = ", " + numba.substr(0, numba.find(" ("));
  const std::string list = ", " + versions + ",";
  const std::size_t at = list.find(name);
  return at != std::string::npos && (list[at + name.size()] == ',' || list[at + name.size()] == ' ');
}

// Runs the settings of the case under many other schedules. Gives the first failure, or nothing if all pass.
std::optional<std::string> failure_of_drawn(Target& target, const Case& c) {
  std::vector<Case> cases;
  for (std::uint64_t seed = 0; seed < kSchedules; ++seed) {
    cases.push_back(c);
    cases.back().sites.clear();
    const auto strategy = seed % 2 == 0 ? DrawnStrategy::kSticky : DrawnStrategy::kPct;
    cases.back().schedule = DrawnForm{.strategy = strategy, .seed = seed, .depth = 3, .steps_expected = 400};
  }
  const auto results = run_cases(target, cases, {});
  if (!results) return results.error().message;
  for (const RunResult& result : *results) {
    if (result.verdict.kind == VerdictKind::kPass) continue;
    return result.verdict.failure ? result.verdict.failure->message : std::string(to_string(result.verdict.kind));
  }
  return std::nullopt;
}

// Says what is wrong with the case on this system, or nothing. `failed`: it ran and failed here.
std::optional<std::string> problem(const CaseInput& input, const std::string& bucket, Target& target, bool& failed) {
  const auto run = strict_run(target, input);
  if (same_sites(input, run)) {
    if (!run) return run.error().message;
    if (!run->verdict.failure) return fmt::format("must fail, got {}", to_string(run->verdict.kind));
    const std::string got = bucket_of(*run->verdict.failure);
    if (got != bucket) return fmt::format("must fail as {}, got {}", bucket, got);
    failed = true;
    return std::nullopt;
  }
  const std::string& numba = target.info().system.software;
  if (numba == input.value.system.software) return "refused where it was found: " + run.error().message;
  const auto fixes = known_fixes(bucket);
  if (!fixes) return fixes.error().message;
  const bool fixed = std::any_of(fixes->begin(), fixes->end(), [&](const auto& f) { return names(f.second, numba); });
  const auto failure = failure_of_drawn(target, input.value);
  fmt::print("  {}: recorded elsewhere, {}: {} drawn schedules: {}\n", numba, fixed ? "fixed" : "not known to be fixed",
             kSchedules, failure ? "failed, " + *failure : "passed");
  return fixed && failure ? std::optional("must pass, got " + *failure) : std::nullopt;
}

TEST(Regressions, FailWhereTheyWereFoundAndPassWhereTheyAreFixed) {
  int failures = 0;
  for (const fs::path& folder : regressions()) {
    const std::string bucket = folder.filename().string();
    fmt::print("{}\n", bucket);
    const auto input = load_case(folder.string());
    ASSERT_TRUE(input) << input.error().message;
    const bool numba = input->value.target == "numba";
    for (const std::string& python : numba ? interpreters() : std::vector<std::string>{""}) {
      const auto target = open_target(input->value.target, {python});
      if (!target) {
        fmt::print("  {}: {}\n", python, target.error().message);
        continue;
      }
      bool failed = false;
      const auto wrong = problem(*input, bucket, **target, failed);
      EXPECT_FALSE(wrong) << bucket << ", " << (*target)->info().system.software << " at " << python << ": " << *wrong;
      if (failed) fmt::print("  {}: failed\n", (*target)->info().system.software);
      failures += failed ? 1 : 0;
    }
  }
  if (failures == 0) GTEST_SKIP() << "no regression was found on what is installed here";
}

// The checks above find cases that are not as they must be.
TEST(Regressions, OneThatDoesNotFailIsNoticed) {
  const auto target = open_target("numba", {"/usr/bin/python3"});
  if (!target) GTEST_SKIP() << target.error().message;
  auto input = load_case((kRoot / "corpus" / "regressions" / kKnownFailure).string());
  ASSERT_TRUE(input) << input.error().message;
  bool failed = false;
  if (const auto wrong = problem(*input, kKnownFailure, **target, failed); wrong || !failed) {
    GTEST_SKIP() << "not the numba that it was found on";
  }
  EXPECT_TRUE(problem(*input, "another-bucket", **target, failed));
  EXPECT_TRUE(failure_of_drawn(**target, input->value)) << "it is not fixed here";
  CaseInput other_source = *input;
  other_source.value.sites[0].statement = "something_else()";
  EXPECT_TRUE(problem(other_source, kKnownFailure, **target, failed));
  CaseInput passes = *input;
  passes.value.schedule = RecordedForm{};
  passes.value.sites.clear();
  EXPECT_TRUE(problem(passes, kKnownFailure, **target, failed));
}

TEST(Regressions, TheKnownFailureIsThere) {
  EXPECT_TRUE(fs::exists(kRoot / "corpus" / "regressions" / kKnownFailure / "case.json"));
  const auto fixes = known_fixes(kKnownFailure);
  ASSERT_TRUE(fixes) << fixes.error().message;
  EXPECT_FALSE(fixes->empty());
}

}  // namespace
}  // namespace straylane
