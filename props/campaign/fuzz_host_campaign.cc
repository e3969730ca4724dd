// Campaigns on target host: device code in the process of the engine.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "campaign/finding_maker.h"
#include "campaign/fuzz_campaign.h"
#include "cli/finding_hooks.h"
#include "cli/terminal.h"
#include "codec/bytes_codec.h"
#include "run/run_case.h"
#include "target/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

class FuzzHostCampaign : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
    if (!fs::exists(here.parent_path() / "fuzz" / "fuzz_host")) GTEST_SKIP() << "no libFuzzer runtime, or no LLVM";
    std::string name = (fs::temp_directory_path() / "straylane-fuzz-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    options_.target = "host";
    options_.corpus = (folder_ / "corpus").string();
    options_.out = (folder_ / "out").string();
    fs::create_directory(options_.corpus);
    fs::create_directory(options_.out);
    options_.time_s = 120;
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  Case read_case(const std::string& path) const {
    std::ifstream file(path, std::ios::binary);
    const std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(file)), {});
    Case c = case_from_bytes(bytes);
    c.target = "host";
    c.program = options_.program;
    return c;
  }

  fs::path folder_;
  FuzzOptions options_;
};

TEST_F(FuzzHostCampaign, TheRightKernelIsCleanAndItsCoverageIsSaid) {
  options_.runs_max = 3'000;
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kRuns);
  EXPECT_TRUE(report->artifacts.empty());
  EXPECT_GE(report->status.executions, 3'000U);
  EXPECT_GE(report->status.edges_reached, 5U);
  EXPECT_GE(report->status.edges, report->status.edges_reached);
}

TEST_F(FuzzHostCampaign, APlantedFailureIsFoundAndShrunk) {
  options_.program = "guard_off_by_one";
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kFinding);
  EXPECT_EQ(report->buckets.size(), 1U);
  ASSERT_EQ(report->artifacts.size(), 1U);

  auto target = open_target("host", {});
  ASSERT_TRUE(target) << target.error().message;
  const auto failing = run_case(**target, read_case(report->artifacts.front()), {});
  ASSERT_TRUE(failing && failing->verdict.failure) << "the worker does not fail where the engine did";
  EXPECT_EQ(bucket_of(*failing->verdict.failure), report->buckets.front());
  HuntOptions hunt;
  hunt.out = options_.out;
  Terminal terminal(/*quiet=*/true);
  const HuntHooks hooks = finding_hooks(terminal);
  Finding finding;
  finding.target = "host";
  finding.launches_to_failure = finding.failing_launches = 1;
  const auto made = FindingMaker(**target, hunt, hooks).make(*failing, finding);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_LE(finding.minimal.launches.at(0).array_size, 2);
  EXPECT_LE(finding.minimal.launches.at(0).n_threads, 1);
}

TEST_F(FuzzHostCampaign, KeepsGoingPastAnInputThatKillsTheProcess) {
  options_.program = "recurses_in_blocks_of_3";
  options_.keep_going = true;
  options_.runs_max = 400;
  options_.time_s = 0;
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_FALSE(report->artifacts.empty());
  EXPECT_GE(report->status.executions, 400U);  // those behind the input that crashed among them
  for (const std::string& artifact : report->artifacts) {
    EXPECT_NE(artifact.find("crash-"), std::string::npos) << artifact;
    const auto launches = read_case(artifact).launches;
    EXPECT_TRUE(std::any_of(launches.begin(), launches.end(), [](const Settings& s) { return s.block_size == 3; }));
  }
}

}  // namespace
}  // namespace straylane
