// Hunts on targets whose schedule is not under control, with cases that fail only once, cases that always fail, and
// cases that can only be built.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "hunt/hunt.h"
#include "hunt/property_suite.h"
#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"
#include "props/outputs.h"
#include "props/scratch_folder.h"
#include "report/finding_json.h"
#include "report/text_report.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// Gives the correct output, or fails as requested.
class Uncontrolled final : public Target {
 public:
  enum class What { kRight, kFlaky, kWrongFromSize6, kBuildsOnly, kBuildFailsFromBuffer4 };
  explicit Uncontrolled(What what) : what_(what) {
    info_.name = "cuda";
    info_.program = factory_program();
    info_.controlled = false;
    info_.names_threads = false;
    info_.cannot_confirm = "a fake";
    info_.system = {"", "a fake", "here"};
    if (what == What::kBuildsOnly || what == What::kBuildFailsFromBuffer4) {
      info_.cannot_launch = "no GPU";
      info_.builds_for = {"sm_75", "sm_80"};
    }
  }

  const TargetInfo& info() const override { return info_; }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions&) override {
    std::vector<Observation> observations;
    for (const Case& c : cases) observations.push_back(run_one(c));
    return observations;
  }

 private:
  Observation run_one(const Case& c) {
    Observation o;
    o.not_launched = info_.cannot_launch;
    const bool bad_turn = ++count_ % 2 == 1;
    for (std::uint32_t call = 0; call < c.calls.size(); ++call) {
      const auto s = FactorySettings::of(c.calls[call]);
      o.builds += static_cast<std::uint32_t>(info_.builds_for.size());
      LaunchObservation launch{.call = call};
      if (what_ == What::kBuildFailsFromBuffer4 && s.buffer_size >= 4) {
        o.builds_failed += static_cast<std::uint32_t>(info_.builds_for.size());
        launch.raised = ThrownException{"CompileError", "kernel.cu:1:1: planted", ""};
        o.launches.push_back(launch);
        return o;
      }
      if (!o.not_launched.empty()) continue;
      std::vector<float> output(static_cast<std::size_t>(s.array_size));
      std::fill_n(output.begin(), s.n_threads, 1.0F);
      const bool wrong = (what_ == What::kFlaky && bad_turn) || (what_ == What::kWrongFromSize6 && s.array_size >= 6);
      if (wrong) output[0] = 7;
      o.launches.push_back(launch);
      o.outputs.push_back(float_output(output, call));
    }
    return o;
  }

  What what_;
  TargetInfo info_;
  std::uint64_t count_ = 0;
};

class UncontrolledHunt : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_FALSE(folder_.empty());
    options_.out = (folder_ / "findings").string();
    options_.replays = 20;
    options_.time_s = 0.2;
    hooks_.say = [this](const std::string& line) { said_ += line + "\n"; };
    hooks_.progress = [](const TargetSummary&, double) {};
    hooks_.render_folder = [](const Finding& finding, const std::string& repro) {
      return render_finding_folder(finding, repro, {}, "");
    };
  }
  Expected<void> run(Uncontrolled::What what) {
    Uncontrolled target(what);
    return hunt(target, options_, hooks_, summary_, findings_);
  }

  ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
  HuntOptions options_;
  HuntHooks hooks_;
  TargetSummary summary_;
  std::vector<Finding> findings_;
  std::string said_;
};

TEST_F(UncontrolledHunt, NoSchedulesAreCounted) {
  ASSERT_TRUE(run(Uncontrolled::What::kRight));
  EXPECT_TRUE(summary_.ran);
  EXPECT_GT(summary_.launches, 0U);
  EXPECT_EQ(summary_.schedules, 0U);
  EXPECT_EQ(summary_.schedules_distinct, 0U);
  EXPECT_TRUE(findings_.empty());
}

TEST_F(UncontrolledHunt, WhatFailsEveryOtherTimeIsNoFindingAndIsSaid) {
  ASSERT_TRUE(run(Uncontrolled::What::kFlaky));
  EXPECT_TRUE(findings_.empty());
  EXPECT_GT(summary_.unreproduced, 0U);
  EXPECT_NE(said_.find("not reproducible, the search goes on"), std::string::npos) << said_;
  EXPECT_EQ(said_.find("please report this"), std::string::npos) << said_;
}

TEST_F(UncontrolledHunt, WhatAlwaysFailsIsShrunkOverItsSettingsAlone) {
  ASSERT_TRUE(run(Uncontrolled::What::kWrongFromSize6));
  ASSERT_EQ(findings_.size(), 1U);
  const Finding& f = findings_[0];
  EXPECT_FALSE(f.controlled);
  const std::int64_t n_threads =
      FactorySettings::of(f.minimal().calls.at(0)).n_threads;  // its message says what the element must be
  EXPECT_EQ(f.minimal().calls, (std::vector<Settings>{{6, 1, n_threads, 32}}));
  EXPECT_EQ(f.minimal_any_shape().calls, (std::vector<Settings>{{6, 1, n_threads, 1}}));
  EXPECT_FALSE(f.shrunk->minimal.proven);
  EXPECT_EQ(f.replays.reproduced, 20U);
  EXPECT_EQ(f.replays.traces_distinct, 0U);
  const std::string report = render_report(record_of(f));
  EXPECT_NE(report.find("schedules that were not controlled"), std::string::npos) << report;
  for (const char* claim : {"preemption", "Fewest possible", "distinct trace", "default schedule", "stray lane: it"}) {
    EXPECT_EQ(report.find(claim), std::string::npos) << report;
    EXPECT_EQ(render_summary(f).find(claim), std::string::npos) << render_summary(f);
  }
}

TEST_F(UncontrolledHunt, WhatIsOnlyBuiltHasNotRun) {
  ASSERT_TRUE(run(Uncontrolled::What::kBuildsOnly));
  EXPECT_FALSE(summary_.ran);
  EXPECT_EQ(summary_.launches, 0U);
  EXPECT_EQ(summary_.not_launched, summary_.cases);
  EXPECT_GT(summary_.builds, 0U);
  EXPECT_EQ(summary_.reason,
            "no GPU; the build half ran: " + std::to_string(summary_.builds) + " builds for sm_75, sm_80, 0 failed");
}

TEST_F(UncontrolledHunt, ABuildThatFailsIsAFindingThoughNothingRan) {
  ASSERT_TRUE(run(Uncontrolled::What::kBuildFailsFromBuffer4));
  EXPECT_FALSE(summary_.ran);
  EXPECT_GT(summary_.builds_failed, 0U);
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].failure.exception_type, "CompileError");
  EXPECT_EQ(findings_[0].minimal().calls, (std::vector<Settings>{{1, 4, 0, 32}}));
  EXPECT_NE(render_report(record_of(findings_[0])).find("Found by building"), std::string::npos);
}

PropertyResult last_property(Uncontrolled::What what, std::set<std::string>& names) {
  Uncontrolled target(what);
  std::vector<PropertyResult> results;
  const auto ran = run_properties(target, {}, [&](const std::string& name) { names.insert(name); }, results);
  if (!ran) throw std::runtime_error(ran.error().message);
  return results.back();
}

TEST(UncontrolledProperties, ThoseOfTracesAreLeftOut) {
  std::set<std::string> names;
  EXPECT_TRUE(last_property(Uncontrolled::What::kRight, names).passed);
  EXPECT_EQ(names, (std::set<std::string>{"calls-share-nothing", "invalid-settings-build-nothing",
                                          "launch-meets-every-oracle"}));
}

TEST(UncontrolledProperties, WhatIsOnlyBuiltDoesNotPass) {
  std::set<std::string> names;
  const PropertyResult built = last_property(Uncontrolled::What::kBuildsOnly, names);
  EXPECT_EQ(names.count("calls-share-nothing"), 0U);
  EXPECT_FALSE(built.passed);
  EXPECT_EQ(built.unsupported, "no GPU");
  const PropertyResult failed = last_property(Uncontrolled::What::kBuildFailsFromBuffer4, names);
  EXPECT_FALSE(failed.passed);
  EXPECT_EQ(failed.unsupported, "");
  EXPECT_TRUE(failed.failing);
}

}  // namespace
}  // namespace straylane
