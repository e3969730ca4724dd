// Hunts on the stub target while things go wrong: an interrupt at any moment, a worker that dies, a full disk.
#include "hunt/hunt.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "os/files.h"
#include "os/interrupt.h"
#include "program/factory/factory_settings.h"
#include "props/scratch_folder.h"
#include "props/stub_target.h"
#include "report/finding_json.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// The stub target. At its `at`-th case the worker dies, or the user interrupts. `again`: also at all later cases.
class Unlucky final : public Target {
 public:
  enum class What { kNothing, kDies, kDiesAgain, kInterrupt };
  Unlucky(What what, std::uint64_t at) : what_(what), at_(at) {}

  const TargetInfo& info() const override { return stub_.info(); }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override {
    std::vector<Observation> observations;
    for (const Case& c : cases) {
      ++count_;
      const bool now = what_ == What::kDiesAgain ? count_ >= at_ : count_ == at_;
      if (what_ == What::kInterrupt && now) interrupt_signal = SIGINT;
      if (interrupt_signal != 0) return make_error(ErrorCode::kInterrupted, "interrupted");
      if (now && what_ != What::kNothing) {
        Observation o;
        o.end = RunEnd::kCrashed;
        o.end_detail = "killed by signal 9 (Killed)";
        o.dirty = true;
        observations.push_back(std::move(o));
        continue;
      }
      auto one = stub_.run({&c, 1}, options);
      if (!one) return one;
      observations.push_back(std::move(one->front()));
    }
    return observations;
  }
  std::uint64_t count() const { return count_; }

 private:
  StubTarget stub_;
  What what_;
  std::uint64_t at_;
  std::uint64_t count_ = 0;
};

class HuntTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_FALSE(folder_.empty());
    options_.search.program = "swap-race";
    options_.out = (folder_ / "findings").string();
    options_.replays = 20;
    options_.census = 4;
    options_.time_s = 20;
    hooks_.say = [this](const std::string& line) { said_ += line + "\n"; };
    hooks_.progress = [](const TargetSummary&, double) {};
    hooks_.render_repro = [](const Finding&) -> Expected<std::string> {
      return make_error(ErrorCode::kUnsupported, "no stock system of the stub");
    };
    hooks_.render_folder = [](const Finding& finding, const std::string& repro) {
      return render_finding_folder(finding, repro, {}, "");
    };
    hooks_.order_of_folder = [](const fs::path& folder) {
      const auto text = read_file(folder / "finding.json", 64 << 20);
      return text ? order_in(*text) : std::nullopt;
    };
  }
  void TearDown() override { interrupt_signal = 0; }
  Expected<void> run(Target& target) { return hunt(target, options_, hooks_, summary_, findings_); }
  std::vector<std::string> written() const {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(options_.out, error)) names.push_back(entry.path().filename());
    return names;
  }

  ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
  HuntOptions options_;
  HuntHooks hooks_;
  TargetSummary summary_;
  std::vector<Finding> findings_;
  std::string said_;
};

TEST_F(HuntTest, InterruptedAnywhereItKeepsWhatItKnows) {
  Unlucky whole(Unlucky::What::kNothing, 0);
  ASSERT_TRUE(run(whole));
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_TRUE(findings_[0].unfinished.empty());
  const std::uint64_t found_at = findings_[0].launches_to_failure;
  const std::string bucket = findings_[0].bucket;
  const std::uint64_t last = whole.count();
  fs::remove_all(options_.out);

  // One beyond the batch in which it is found, in the census, in the shrink, in the replays.
  for (const std::uint64_t at : {2 * found_at + 2, 2 * found_at + 40, last / 2, last - 10}) {
    interrupt_signal = 0;
    findings_.clear();
    summary_ = {};
    Unlucky target(Unlucky::What::kInterrupt, at);
    EXPECT_TRUE(run(target));
    EXPECT_EQ(summary_.ended_by, "interrupt");
    ASSERT_EQ(findings_.size(), 1U) << "interrupted at case " << at << " of " << last;
    EXPECT_FALSE(findings_[0].unfinished.empty());
    EXPECT_EQ(written(), std::vector<std::string>{bucket + "-unfinished"});
    EXPECT_TRUE(fs::exists(fs::path(findings_[0].folder) / "case.json"));
    EXPECT_EQ(fs::exists(fs::path(findings_[0].folder) / "min.json"), findings_[0].shrunk.has_value());
    fs::remove_all(options_.out);
  }
}

// The stub target, which keeps every case that it was given.
class Watched final : public Target {
 public:
  const TargetInfo& info() const override { return stub_.info(); }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override {
    cases_.insert(cases_.end(), cases.begin(), cases.end());
    return stub_.run(cases, options);
  }
  const std::vector<Case>& cases() const { return cases_; }

 private:
  StubTarget stub_;
  std::vector<Case> cases_;
};

// The hypothesis is answered for the settings that failed, not for the usual ones.
TEST_F(HuntTest, TheCensusRunsTheSettingsThatFailed) {
  options_.search.program = "stray";
  options_.census = 32;
  Watched target;
  ASSERT_TRUE(run(target));
  ASSERT_EQ(findings_.size(), 1U);
  const Finding& finding = findings_[0];
  ASSERT_NE(finding.found.calls, std::vector<Settings>{finding.schema.usual()}) << "the test would show nothing";
  std::size_t census = 0;
  for (const Case& c : target.cases()) {
    const auto* drawn = std::get_if<DrawnForm>(&c.schedule);
    if (drawn == nullptr || drawn->seed / 1'000'003 != options_.search.seed) continue;
    ++census;
    EXPECT_EQ(c.calls, finding.found.calls);
  }
  EXPECT_EQ(census, options_.census);
  ASSERT_TRUE(finding.hypothesis);
  EXPECT_EQ(finding.hypothesis->count.failing, options_.census + 1) << "it fails under every schedule";
  EXPECT_EQ(finding.hypothesis->count.holding, finding.hypothesis->count.failing);
}

TEST_F(HuntTest, AWorkerThatDiesOnceIsCountedAndTheHuntGoesOn) {
  Unlucky target(Unlucky::What::kDies, 1);
  ASSERT_TRUE(run(target));
  EXPECT_EQ(summary_.unreproduced, 1U);
  EXPECT_NE(said_.find("not reproducible, the search goes on: the worker died (killed by signal 9 (Killed))"),
            std::string::npos)
      << said_;
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].failure.exception_type, "AttributeError");
}

TEST_F(HuntTest, AWorkerThatDiesEveryTimeIsAFinding) {
  Unlucky target(Unlucky::What::kDiesAgain, 1);
  ASSERT_TRUE(run(target));
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].failure.oracle, "crash");
  // The worker dies at every case, so the smallest settings are the result.
  EXPECT_TRUE(findings_[0].shrunk.has_value());
  const std::int64_t block_size = FactorySettings::of(findings_[0].found.calls[0]).block_size;
  EXPECT_EQ(findings_[0].minimal().calls, (std::vector<Settings>{{1, 1, 0, block_size}}));
  EXPECT_EQ(findings_[0].shrunk->minimal.preemptions, 0U);
  EXPECT_EQ(findings_[0].replays.reproduced, findings_[0].replays.times);
  EXPECT_TRUE(fs::exists(fs::path(findings_[0].folder) / "case.json"));
  EXPECT_TRUE(fs::exists(fs::path(findings_[0].folder) / "min.json"));
}

TEST_F(HuntTest, AWorkerThatDiesWhileItIsShrunkCostsNothing) {
  for (const std::uint64_t at : {60, 300, 900}) {
    findings_.clear();
    summary_ = {};
    Unlucky target(Unlucky::What::kDies, at);
    ASSERT_TRUE(run(target));
    ASSERT_EQ(findings_.size(), 1U);
    EXPECT_EQ(findings_[0].failure.exception_type, "AttributeError");
    EXPECT_EQ(findings_[0].shrunk->minimal.preemptions, 2U);
    fs::remove_all(options_.out);
  }
}

TEST_F(HuntTest, AFindingThatCannotBeWrittenIsStillTold) {
  options_.out = "/dev/null/findings";
  Unlucky target(Unlucky::What::kNothing, 0);
  const auto ran = run(target);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::kStorage);
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_TRUE(findings_[0].folder.empty());
  EXPECT_TRUE(findings_[0].shrunk.has_value());
}

TEST_F(HuntTest, ACleanHuntSaysWhatItHasNotSeen) {
  options_.search.program = "swap-locked";
  options_.time_s = 0.2;
  Unlucky target(Unlucky::What::kNothing, 0);
  ASSERT_TRUE(run(target));
  EXPECT_TRUE(findings_.empty());
  EXPECT_GT(summary_.schedules, 0U);
  EXPECT_EQ(summary_.discovery.runs, summary_.schedules);
  EXPECT_LE(summary_.discovery.classes, summary_.schedules_distinct) << "the trace is the finer class";
  EXPECT_EQ(summary_.discovery.behaviour, "reads-from");
}

// Two orders lead to the same oracle and message. Each gives one finding, and there is no third.
TEST_F(HuntTest, EachCauseOfABucketIsAFindingOfItsOwn) {
  options_.search.program = "two-causes";
  options_.search.calls = {{4, 1, 4, 4}};
  options_.keep_going = true;
  options_.time_s = 3;
  options_.explain.time_s = 60;
  StubTarget target;
  ASSERT_TRUE(run(target)) << said_;
  ASSERT_EQ(findings_.size(), 2U) << said_;
  EXPECT_EQ(findings_[0].bucket, findings_[1].bucket);
  EXPECT_NE(findings_[0].cause, findings_[1].cause);
  EXPECT_EQ(fs::path(findings_[0].folder).filename(), findings_[0].bucket);
  EXPECT_EQ(fs::path(findings_[1].folder).filename(), findings_[0].bucket + "-2");
  for (const Finding& finding : findings_) {
    EXPECT_EQ(finding.cause.size(), 8U);
    ASSERT_TRUE(finding.why.has_value());
    std::set<std::string> statements;
    for (const NecessaryOrdering& o : finding.why->order.orderings) {
      statements.insert({o.first.place.statement, o.second.place.statement});
    }
    const bool count = statements.contains("x = state.count") || statements.contains("state.count = x + 1");
    const bool other = statements.contains("y = state.other") || statements.contains("state.other = y + 1");
    EXPECT_NE(count, other) << "a cause that is neither or both";
    std::ifstream file(fs::path(finding.folder) / "finding.json");
    const auto json = nlohmann::json::parse(file);
    EXPECT_EQ(json.at("cause"), finding.cause);
  }

  // Another hunt may find them in the opposite order. It leaves both folders as they are.
  findings_.clear();
  summary_ = {};
  options_.search.seed = 2;
  ASSERT_TRUE(run(target)) << said_;
  EXPECT_EQ(findings_.size(), 2U) << said_;
  for (const Finding& finding : findings_) EXPECT_TRUE(finding.folder_was_there) << finding.folder;
  EXPECT_EQ(written().size(), 2U);
}

TEST_F(HuntTest, OneCauseIsOneFinding) {
  for (const char* program : {"swap-race", "lost-update"}) {
    options_.search.program = program;
    options_.keep_going = true;
    options_.time_s = 2;
    options_.explain.time_s = 60;
    findings_.clear();
    summary_ = {};
    StubTarget target;
    ASSERT_TRUE(run(target)) << said_;
    EXPECT_EQ(findings_.size(), 1U) << program << "\n" << said_;
    EXPECT_GT(summary_.failing_launches, 10U);
  }
}

}  // namespace
}  // namespace straylane
