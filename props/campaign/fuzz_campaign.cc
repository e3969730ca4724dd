#include "campaign/fuzz_campaign.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "codec/bytes_codec.h"
#include "run/run_case.h"
#include "target/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kKnownFailure = "module 'numba.cuda' has no attribute 'local'";

// Folders for a campaign; the test is skipped where there is nothing to run one with.
class FuzzCampaign : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
    if (!fs::exists(here.parent_path() / "fuzz" / "fuzz_launch")) GTEST_SKIP() << "no libFuzzer runtime";
    if (const auto target = open_target("numba", {}); !target) GTEST_SKIP() << target.error().message;
    std::string name = (fs::temp_directory_path() / "straylane-fuzz-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    options_.corpus = (folder_ / "corpus").string();
    options_.out = (folder_ / "out").string();
    fs::create_directory(options_.corpus);
    fs::create_directory(options_.out);
    options_.time_s = 60;
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  std::vector<std::string> files(const std::string& folder) const {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path().string());
    return files;
  }

  fs::path folder_;
  FuzzOptions options_;
};

// The input in `path` fails as the known failure does.
void expect_known_failure(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(file)), {});
  auto target = open_target("numba", {});
  ASSERT_TRUE(target) << target.error().message;
  const auto result = run_case(**target, case_from_bytes(bytes), {});
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_TRUE(result->verdict.failure) << path;
  EXPECT_EQ(result->verdict.failure->message, kKnownFailure);
}

TEST_F(FuzzCampaign, EndsWithTheFirstFinding) {
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kFinding);
  EXPECT_EQ(report->buckets.size(), 1U);
  ASSERT_EQ(report->artifacts.size(), 1U);
  EXPECT_EQ(report->artifacts, files(options_.out));
  EXPECT_GT(report->status.executions, 0U);
  expect_known_failure(report->artifacts.front());
}

TEST_F(FuzzCampaign, KeepsGoingAndSharesTheCorpus) {
  options_.keep_going = true;
  options_.jobs = 2;
  options_.runs_max = 600;
  options_.seeds = {STRAYLANE_SOURCE_DIR "/corpus/seeds"};
  int statuses = 0;
  options_.on_status = [&statuses](const FuzzStatus&) { ++statuses; };
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kRuns);
  EXPECT_GE(report->status.executions, 1'200U);
  EXPECT_GT(report->status.features, 30U);
  EXPECT_GT(report->status.corpus_size, 10U);
  EXPECT_EQ(report->buckets.size(), 1U);
  ASSERT_EQ(report->artifacts.size(), 1U);
  EXPECT_EQ(report->artifacts, files(options_.out));
  EXPECT_GT(files(options_.corpus).size(), 10U);
  expect_known_failure(report->artifacts.front());
}

TEST_F(FuzzCampaign, InterruptedItEndsWithinTwoSeconds) {
  options_.keep_going = true;
  options_.jobs = 2;
  Clock::time_point asked;
  const auto start = Clock::now();
  options_.interrupted = [&] {
    if (Clock::now() < start + std::chrono::seconds(3)) return false;
    if (asked == Clock::time_point{}) asked = Clock::now();
    return true;
  };
  const auto report = fuzz_campaign(options_);
  EXPECT_LT(Clock::now() - asked, std::chrono::seconds(2));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kInterrupted);
  EXPECT_GT(report->status.executions, 0U);
}

TEST_F(FuzzCampaign, TimeEndsIt) {
  options_.keep_going = true;
  options_.time_s = 2;
  const auto report = fuzz_campaign(options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->end, FuzzEnd::kTime);
  EXPECT_LT(report->seconds, 20);
}

// Processes whose environment has `marker`, which jobs hand down to their workers.
int processes_with(const std::string& marker) {
  int found = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    std::ifstream file(entry.path() / "environ", std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    found += text.find(marker) != std::string::npos;
  }
  return found;
}

TEST_F(FuzzCampaign, NothingOutlivesAKilledParent) {
  options_.keep_going = true;
  const std::string marker = "STRAYLANE_KEEP_GOING=" + options_.out;
  const pid_t parent = fork();
  if (parent == 0) {
    (void)fuzz_campaign(options_);
    _exit(0);
  }
  const auto wait_for = [&marker](int processes) {
    for (int i = 0; i < 300 && processes_with(marker) != processes; ++i) usleep(100'000);
    return processes_with(marker);
  };
  EXPECT_EQ(wait_for(2), 2);  // the job and its worker
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  EXPECT_EQ(wait_for(0), 0);
  for (const std::string& file : files(options_.out)) EXPECT_TRUE(file.ends_with(".input")) << file;
}

TEST_F(FuzzCampaign, FoldersThatAreMissingAreErrors) {
  for (std::string FuzzOptions::*folder : {&FuzzOptions::corpus, &FuzzOptions::out}) {
    FuzzOptions options = options_;
    options.*folder = (folder_ / "missing").string();
    const auto report = fuzz_campaign(options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kStorage);
    EXPECT_NE(report.error().message.find("missing"), std::string::npos) << report.error().message;
  }
  options_.seeds = {(folder_ / "missing").string()};
  EXPECT_EQ(fuzz_campaign(options_).error().code, ErrorCode::kStorage);
}

TEST_F(FuzzCampaign, FilesCutOffByAFullDiskAreErrors) {
  std::ofstream(folder_ / "corpus" / "0123456789012345678901234567890123456789");
  options_.keep_going = true;
  options_.runs_max = 10;
  const auto report = fuzz_campaign(options_);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kStorage);
}

TEST_F(FuzzCampaign, ATargetThatCannotRunIsUnsupported) {
  options_.python = "/nonexistent/python3";
  const auto report = fuzz_campaign(options_);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(report.error().message.find("/nonexistent/python3"), std::string::npos) << report.error().message;
  options_.target = "cuda";
  EXPECT_EQ(fuzz_campaign(options_).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace straylane
