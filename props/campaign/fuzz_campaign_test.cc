#include "campaign/fuzz_campaign.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "campaign/corpus_folder.h"
#include "codec/bytes_codec.h"
#include "codec/sha1.h"
#include "props/scratch_folder.h"
#include "run/run_case.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kKnownFailure = "module 'numba.cuda' has no attribute 'local'";

// Folders for a campaign. The test is skipped if no campaign can run here.
class FuzzCampaign : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
    if (!fs::exists(here.parent_path() / "fuzz" / "fuzz_launch")) GTEST_SKIP() << "no libFuzzer runtime";
    if (const auto target = open_target("numba", {}); !target) GTEST_SKIP() << target.error().message;
    options_.target = "numba";
    options_.folder = (folder_.path() / "campaign").string();
    options_.out = (folder_.path() / "out").string();
    options_.time_s = 60;
  }

  fs::path corpus() const { return fs::path(options_.folder) / "corpus"; }
  fs::path smallest(const BucketRecord& record) const {
    return fs::path(options_.folder) / "buckets" / record.bucket / ("smallest-" + record.smallest);
  }

  ScratchFolder folder_;
  FuzzOptions options_;
};

std::vector<std::uint8_t> read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Whether the input in `path` fails like the known failure.
void expect_known_failure(const fs::path& path) {
  auto target = open_target("numba", {});
  ASSERT_TRUE(target) << target.error().message;
  const auto result = run_case(**target, case_from_bytes(read_bytes(path), (*target)->info().program.schema), {});
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_TRUE(result->verdict.failure) << path;
  EXPECT_EQ(result->verdict.failure->message, kKnownFailure);
}

TEST_F(FuzzCampaign, EndsWithTheFirstFindingAndGoesOnWithoutReportingItAgain) {
  std::vector<std::string> reported;
  options_.on_bucket = [&reported](const BucketRecord& record) { reported.push_back(record.bucket); };
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kFinding);
  ASSERT_EQ(report->buckets.size(), 1U);
  EXPECT_EQ(report->new_buckets, reported);
  EXPECT_GT(report->total.executions, 0U);
  EXPECT_GE(report->total.findings, report->buckets[0].count);
  expect_known_failure(smallest(report->buckets[0]));
  EXPECT_EQ(fuzz_campaign(options_).error().code, ErrorCode::kUsage) << "a campaign that is there";

  options_.resume = true;
  options_.runs_max = 300;
  options_.target = "host";  // not among the named options, so the campaign's own is used
  const auto unnamed = fuzz_campaign(options_, {"runs"});
  ASSERT_FALSE(unnamed);
  EXPECT_NE(unnamed.error().message.find(" --out "), std::string::npos) << unnamed.error().message;
  const auto resumed = fuzz_campaign(options_, {"runs", "out"});
  ASSERT_TRUE(resumed) << resumed.error().message;
  EXPECT_EQ(resumed->end, FuzzEnd::kRuns);
  EXPECT_TRUE(resumed->new_buckets.empty());
  EXPECT_EQ(reported.size(), 1U);
  ASSERT_EQ(resumed->buckets.size(), 1U);
  EXPECT_GT(resumed->buckets[0].count, report->buckets[0].count);
  EXPECT_GE(resumed->total.executions, report->total.executions + 300);
  EXPECT_GT(resumed->total.time_s, report->total.time_s);
  EXPECT_GE(resumed->files_read, inputs_in(corpus()).value().size() == 0 ? 0U : 1U);
  EXPECT_EQ(fuzz_campaign(options_, {"target"}).error().code, ErrorCode::kUsage) << "another target than it has";
}

TEST_F(FuzzCampaign, KeepsGoingAndSharesTheCorpus) {
  options_.stop_after = 0;
  options_.jobs = 2;
  options_.runs_max = 3'000;  // one of eight jobs finds nothing in 600 runs, whatever the order of what they share
  options_.time_s = 0;
  options_.seeds = {STRAYLANE_SOURCE_DIR "/corpus/seeds"};
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kRuns);
  EXPECT_GE(report->total.executions, 6'000U);
  EXPECT_GT(report->total.features, 30U);
  EXPECT_GT(report->total.new_behaviour, 10U);
  EXPECT_EQ(report->buckets.size(), 1U);
  EXPECT_GT(report->buckets.at(0).count, 1U);
  EXPECT_GT(inputs_in(corpus()).value().size(), 10U);
  const auto inputs = inputs_in(corpus()).value();
  for (const std::string& name : inputs) EXPECT_EQ(name, sha1_hex(read_bytes(corpus() / name)));
  expect_known_failure(smallest(report->buckets[0]));
}

TEST_F(FuzzCampaign, InterruptedItEndsWithinTwoSeconds) {
  options_.stop_after = 0;
  options_.jobs = 2;
  Clock::time_point asked;
  const auto start = Clock::now();
  options_.interrupted = [&] {
    if (Clock::now() < start + std::chrono::seconds(3)) return false;
    if (asked == Clock::time_point{}) asked = Clock::now();
    return true;
  };
  const auto report = fuzz_campaign(options_);
  EXPECT_LT(Clock::now() - asked, std::chrono::seconds(4));  // 2, on a machine with nothing else to do
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kInterrupted);
}

TEST_F(FuzzCampaign, TimeEndsIt) {
  options_.stop_after = 0;
  options_.time_s = 2;
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kTime);
  EXPECT_LT(report->seconds, 20);
}

TEST_F(FuzzCampaign, FoldersThatCannotBeAreErrors) {
  std::ofstream(folder_.path() / "file") << "";
  for (std::string FuzzOptions::* folder : {&FuzzOptions::folder, &FuzzOptions::corpus, &FuzzOptions::out}) {
    FuzzOptions options = options_;
    options.*folder = (folder_.path() / "file" / "below").string();
    const auto report = fuzz_campaign(options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kStorage);
    EXPECT_NE(report.error().message.find("below"), std::string::npos) << report.error().message;
  }
  options_.seeds = {(folder_.path() / "missing").string()};
  EXPECT_EQ(fuzz_campaign(options_).error().code, ErrorCode::kStorage);
  options_.seeds.clear();
  options_.resume = true;
  options_.folder = (folder_.path() / "another").string();
  EXPECT_EQ(fuzz_campaign(options_).error().code, ErrorCode::kUsage) << "nothing to resume";
  EXPECT_FALSE(fs::exists(options_.folder)) << "and none is made";
}

TEST_F(FuzzCampaign, FoldersThatAreNotOursAreRefused) {
  fs::create_directories(folder_.path() / "user" / "tmp");
  std::ofstream(folder_.path() / "user" / "tmp" / "a") << "x";
  for (std::string FuzzOptions::* folder : {&FuzzOptions::folder, &FuzzOptions::corpus, &FuzzOptions::sync}) {
    FuzzOptions options = options_;
    options.*folder = (folder_.path() / "user").string();
    const auto report = fuzz_campaign(options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kUsage) << report.error().message;
    EXPECT_NE(report.error().message.find("holds files"), std::string::npos) << report.error().message;
    EXPECT_FALSE(fs::exists(options_.folder)) << "nothing is made";
  }
  EXPECT_TRUE(fs::exists(folder_.path() / "user" / "tmp" / "a"));
}

TEST_F(FuzzCampaign, ATargetThatCannotRunIsUnsupportedAndLeavesNoCampaign) {
  options_.python = "/nonexistent/python3";
  for (int i = 0; i < 2; ++i) {
    const auto report = fuzz_campaign(options_);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(report.error().message.find("/nonexistent/python3"), std::string::npos) << report.error().message;
  }
  options_.target = "cuda";
  EXPECT_EQ(fuzz_campaign(options_).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace straylane
