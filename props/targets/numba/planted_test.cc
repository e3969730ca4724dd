// Every case of corpus/planted gets the verdict beside it, and a wrong verdict there would be noticed.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "codec/json_codec.h"
#include "program/program.h"
#include "props/targets/numba/numba_fixture.h"
#include "run/run_case.h"
#include "shrink/exhaustive_schedules.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCasesMin = 40;
constexpr std::size_t kBatch = 128;

const fs::path kFolder = fs::path(STRAYLANE_SOURCE_DIR) / "corpus" / "planted";

std::string read(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return file ? text.str() : "";
}

// See corpus/planted/README.md for the fields.
struct Expectation {
  VerdictKind verdict = VerdictKind::kPass;
  std::string oracle;
  std::string message;
  std::uint64_t schedules = 0;
  std::uint64_t steps_max = RunOptions{}.steps_max;
};

Expectation expectation_from(const std::string& text, const std::string& place) {
  static const std::set<std::string> kKeys = {"verdict", "oracle", "message", "schedules", "steps_max", "why"};
  const auto json = nlohmann::json::parse(text);
  for (const auto& [key, value] : json.items()) {
    if (kKeys.count(key) == 0) throw std::runtime_error(place + ": unknown key " + key);
  }
  Expectation e;
  const std::string verdict = json.at("verdict");
  if (verdict != "pass" && verdict != "fail") throw std::runtime_error(place + ": verdict is " + verdict);
  e.verdict = verdict == "fail" ? VerdictKind::kFail : VerdictKind::kPass;
  e.schedules = json.value("schedules", 0);
  e.steps_max = json.value("steps_max", e.steps_max);
  if (e.verdict == VerdictKind::kFail) {
    e.oracle = json.at("oracle");
    e.message = json.at("message");
  } else {
    json.at("schedules");
  }
  return e;
}

// The result of the runs of one case: the first verdict that was not a pass, or else a pass.
struct Outcome {
  Verdict verdict;
  std::uint64_t runs = 0;
  std::uint64_t one_preemption = 0;  // runs with exactly one
};

void add(Outcome& outcome, const std::vector<RunResult>& results) {
  outcome.runs += results.size();
  for (const RunResult& result : results) {
    if (outcome.verdict.kind == VerdictKind::kPass) outcome.verdict = result.verdict;
  }
}

std::vector<RunResult> run_all(std::vector<Case> cases, const RunOptions& options) {
  auto results = run_cases(numba_target(), cases, options);
  if (!results) throw std::runtime_error(results.error().message);
  return std::move(*results);
}

void run_one_preemption(const Case& base, const RunOptions& options, Outcome& outcome) {
  ExhaustiveSchedules schedules(1);
  for (auto batch = schedules.next(kBatch); !batch.empty() && outcome.verdict.kind == VerdictKind::kPass;
       batch = schedules.next(kBatch)) {
    std::vector<Case> cases(batch.size(), base);
    for (std::size_t i = 0; i < batch.size(); ++i) cases[i].schedule = batch[i];
    const auto results = run_all(std::move(cases), options);
    for (const RunResult& result : results) schedules.observed(result.observation);
    add(outcome, results);
  }
  if (schedules.counts().size() > 1) outcome.one_preemption = schedules.counts()[1];
}

// Drawn schedules, sticky and pct in turn, up to the first that does not pass. Batches grow: a worker that a failure
// leaves dirty runs nothing further.
void run_drawn(const Case& base, std::uint64_t count, const RunOptions& options, Outcome& outcome) {
  std::size_t size = 4;
  for (std::uint64_t seed = 0; seed < count && outcome.verdict.kind == VerdictKind::kPass;) {
    std::vector<Case> cases;
    for (; cases.size() < size && seed < count; ++seed) {
      cases.push_back(base);
      const auto strategy = seed % 2 == 0 ? DrawnStrategy::kSticky : DrawnStrategy::kPct;
      cases.back().schedule = DrawnForm{.strategy = strategy, .seed = seed, .depth = 3, .steps_expected = 200};
    }
    add(outcome, run_all(std::move(cases), options));
    size = std::min(size * 2, kBatch);
  }
}

struct Planted {
  std::string name;
  Case value;
  Expectation expected;
  Outcome outcome;
};

Outcome run_planted(const Case& c, const Expectation& expected) {
  const RunOptions options{.steps_max = expected.steps_max};
  Outcome outcome;
  if (expected.schedules == 0) {
    add(outcome, run_all({c}, options));
    return outcome;
  }
  if (expected.verdict == VerdictKind::kPass) run_one_preemption(c, options, outcome);
  run_drawn(c, expected.schedules, options, outcome);
  return outcome;
}

// Gives nothing if the outcome is as expected.
std::optional<std::string> problem(const Outcome& outcome, const Expectation& expected) {
  const Verdict& v = outcome.verdict;
  const std::string got = v.failure ? fmt::format("{}: {}", v.failure->oracle, v.failure->message)
                                    : fmt::format("{} {}", to_string(v.kind), v.reason);
  if (v.kind != expected.verdict) return fmt::format("must {}, got {}", to_string(expected.verdict), got);
  if (v.kind != VerdictKind::kFail) return std::nullopt;
  if (v.failure->oracle != expected.oracle) return fmt::format("must be found by {}, got {}", expected.oracle, got);
  if (v.failure->message.find(expected.message) == std::string::npos) {
    return fmt::format("must say {}, got {}", expected.message, got);
  }
  return std::nullopt;
}

const std::vector<Planted>& planted() {
  static const std::vector<Planted> cases = [] {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(kFolder)) {
      if (entry.path().string().ends_with(".case.json")) paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<Planted> found;
    for (const fs::path& path : paths) {
      const std::string file = path.filename().string();
      const std::string name = file.substr(0, file.size() - std::string(".case.json").size());
      auto c = case_from_json(read(path), file, schema_named);
      if (!c) throw std::runtime_error(c.error().message);
      found.push_back({name, *c, expectation_from(read(kFolder / (name + ".expected.json")), name), {}});
    }
    // By program, so that each needs one worker.
    std::stable_sort(found.begin(), found.end(),
                     [](const Planted& a, const Planted& b) { return a.value.program < b.value.program; });
    for (Planted& p : found) {
      p.outcome = run_planted(p.value, p.expected);
      fmt::print("  {}: {} in {} runs, {} of them with one preemption\n", p.name, to_string(p.outcome.verdict.kind),
                 p.outcome.runs, p.outcome.one_preemption);
    }
    return found;
  }();
  return cases;
}

TEST(PlantedCases, GetTheVerdictBesideThem) {
  for (const Planted& p : planted()) {
    const auto wrong = problem(p.outcome, p.expected);
    EXPECT_FALSE(wrong) << p.name << " " << *wrong;
  }
}

TEST(PlantedCases, AFlippedExpectationIsNoticed) {
  for (const Planted& p : planted()) {
    Expectation flipped = p.expected;
    flipped.verdict = p.expected.verdict == VerdictKind::kPass ? VerdictKind::kFail : VerdictKind::kPass;
    EXPECT_TRUE(problem(p.outcome, flipped)) << p.name;
    if (p.expected.verdict != VerdictKind::kFail) continue;
    Expectation other_oracle = p.expected;
    other_oracle.oracle = p.expected.oracle == "crash" ? "timeout" : "crash";
    EXPECT_TRUE(problem(p.outcome, other_oracle)) << p.name;
    Expectation other_message = p.expected;
    other_message.message += " (something it does not say)";
    EXPECT_TRUE(problem(p.outcome, other_message)) << p.name;
  }
}

// A folder that was not found, or half of it, must not look like a green run.
TEST(PlantedCases, AreAllThere) {
  EXPECT_GE(planted().size(), kCasesMin);
  std::set<std::string> oracles;
  std::set<std::string> programs;
  std::size_t expectations = 0;
  for (const Planted& p : planted()) {
    programs.insert(p.value.program);
    if (p.expected.verdict == VerdictKind::kFail) oracles.insert(p.expected.oracle);
  }
  const std::set<std::string> wanted = {"no-exception", "prefix-invariant", "stray-lane",
                                        "module-state", "deadlock",         "step-limit"};
  EXPECT_EQ(oracles, wanted);
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(".expected.json")) ++expectations;
    if (!file.ends_with(".py") || file.ends_with("_allocator.py") || file == "__init__.py") continue;
    if (file.starts_with("canary"))
      continue;  // has no case of its own: every hunt runs it, see program/canary/canaries.h
    EXPECT_EQ(programs.count(file.substr(0, file.size() - 3)), 1U) << file << " has no case";
  }
  EXPECT_EQ(expectations, planted().size()) << "an expectation without a case";
}

TEST(PlantedCases, PassingOnesRanWhatTheySay) {
  for (const Planted& p : planted()) {
    if (p.expected.verdict != VerdictKind::kPass) continue;
    EXPECT_GE(p.outcome.runs, p.expected.schedules) << p.name;
    EXPECT_GT(p.outcome.one_preemption, 0U) << p.name;
  }
}

}  // namespace
}  // namespace straylane
