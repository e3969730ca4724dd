// Campaigns on target host: device code in the process of the engine.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "campaign/fuzz_campaign.h"
#include "cli/finding_files.h"
#include "cli/terminal.h"
#include "codec/bytes_codec.h"
#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"
#include "props/scratch_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

class FuzzHostCampaign : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
    if (!fs::exists(here.parent_path() / "fuzz" / "fuzz_host")) GTEST_SKIP() << "no libFuzzer runtime, or no LLVM";
    options_.target = "host";
    options_.folder = (folder_.path() / "campaign").string();
    options_.out = (folder_.path() / "out").string();
    options_.time_s = 120;
    options_.finding_hooks = finding_hooks(terminal_);
  }

  Case read_case(const BucketRecord& record) const {
    std::ifstream file(fs::path(options_.folder) / "buckets" / record.bucket / ("smallest-" + record.smallest),
                       std::ios::binary);
    const std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(file)), {});
    return case_from_bytes(bytes, factory_program().schema);
  }

  ScratchFolder folder_;
  Terminal terminal_{/*quiet=*/true};
  FuzzOptions options_;
};

TEST_F(FuzzHostCampaign, TheRightKernelIsCleanAndItsCoverageIsSaid) {
  options_.runs_max = 3'000;
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kRuns);
  EXPECT_TRUE(report->buckets.empty());
  EXPECT_GE(report->total.executions, 3'000U);
  EXPECT_GE(report->total.edges, 5U);
  EXPECT_GE(report->edges, report->total.edges);
}

TEST_F(FuzzHostCampaign, APlantedFailureIsFoundAndMinimised) {
  options_.program = "guard_off_by_one";
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kFinding);
  ASSERT_FALSE(report->buckets.empty());  // the kernel may fail in another way before the jobs have ended
  const BucketRecord& record = report->buckets[0];
  EXPECT_EQ(record.minimization, "minimized") << record.reason;
  EXPECT_EQ(fs::path(record.folder).filename(), record.bucket);
  EXPECT_TRUE(fs::exists(fs::path(record.folder) / "min.json")) << record.folder;
  EXPECT_FALSE(fs::exists(fs::path(options_.folder) / "tmp"));
}

// Each such input ends its process, and is run in a worker to find its bucket.
TEST_F(FuzzHostCampaign, KeepsGoingPastAnInputThatKillsTheProcess) {
  options_.program = "recurses_in_blocks_of_3";
  options_.stop_after = 0;
  options_.runs_max = 2'000;  // one in a few hundred has such a block
  options_.time_s = 0;
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_GE(report->total.executions, options_.runs_max);  // including those after the input that crashed
  EXPECT_TRUE(report->not_reproduced.empty());
  EXPECT_GT(report->total.restarts, 0U);
  EXPECT_GT(report->restarts.at("input crashed it"), 0U);
  ASSERT_EQ(report->buckets.size(), 1U);
  const auto launches = read_case(report->buckets[0]).calls;
  EXPECT_TRUE(std::any_of(launches.begin(), launches.end(),
                          [](const Settings& s) { return FactorySettings::of(s).block_size == 3; }));
}

}  // namespace
}  // namespace straylane
