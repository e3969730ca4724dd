// Goes from a case to its verdict through the worker, with the toolkit of this machine. Runs once with the stand-in
// driver, which is first in the loader's path, and once without a driver.

#include <gtest/gtest.h>

#include <cstdlib>

#include "generate/case_generator.h"
#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"
#include "props/targets/cuda/cuda_fixture.h"
#include "run/run_case.h"
#include "run/same_bucket.h"
#include "targets/device_target.h"

namespace straylane {
namespace {

std::string worker_folder() {
  const std::string program = cuda_worker_program();
  return program.substr(0, program.find_last_of('/'));
}

Expected<std::unique_ptr<Target>> open_with(const std::string& planted) {
  const char* before = std::getenv("LD_LIBRARY_PATH");
  const std::string folders = STRAYLANE_STAND_IN_FOLDER + (before == nullptr ? "" : std::string(":") + before);
  return open_cuda_target_in(worker_folder(), {{"LD_LIBRARY_PATH", folders}, {"STRAYLANE_STAND_IN", planted}});
}

Case cuda_case(const FactorySettings& settings = {}, const std::string& program = "factory") {
  Case c;
  c.target = "cuda";
  c.program = program;
  c.calls = {settings};
  return c;
}

class CudaTargetTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!toolkit()) GTEST_SKIP() << toolkit().error().message;
  }
  std::unique_ptr<Target> target(const std::string& planted = "") {
    auto opened = open_with(planted);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  RunResult run(const std::string& planted, const Case& c, const RunOptions& options = {}) {
    auto result = run_case(*target(planted), c, options);
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }
};

TEST_F(CudaTargetTest, SaysWhatItIs) {
  const auto opened = target();
  const TargetInfo& info = opened->info();
  EXPECT_EQ(info.name, "cuda");
  EXPECT_EQ(info.program.schema, factory_program().schema);
  EXPECT_FALSE(info.controlled);
  EXPECT_FALSE(info.names_threads);
  EXPECT_EQ(info.canaries, CanarySet::kNone);
  EXPECT_EQ(info.cannot_confirm, "its compiler and driver are the stock system");
  EXPECT_EQ(info.cannot_launch, "");
  EXPECT_EQ(info.builds_for, std::vector<std::string>{"sm_90"});
  EXPECT_NE(info.system.software.find("driver for CUDA 13.0, stand-in (sm_90)"), std::string::npos)
      << info.system.software;
}

TEST_F(CudaTargetTest, ARightLaunchPassesWhateverTheSettingsAndTheSchedule) {
  std::vector<Case> cases;
  for (std::uint64_t i = 0; i < 60; ++i) {
    cases.push_back(draw_case(factory_program().schema, 11, i));
    for (Settings& call : cases.back().calls) {
      auto s = FactorySettings::of(call);
      s.buffer_size = 1 + s.buffer_size % 3;  // few builds, which are not tested here
      call = s;
    }
  }
  cases.push_back(cuda_case({10, 5, 7, 32}));
  cases.back().calls.push_back({4, 5, 4, 1});
  const auto results = run_cases(*target(), cases, {});
  ASSERT_TRUE(results) << results.error().message;
  for (const RunResult& result : *results) {
    EXPECT_EQ(result.verdict.kind, VerdictKind::kPass);
    EXPECT_EQ(result.recorded.schedule, Schedule(RecordedForm()));
  }
  const Observation& last = results->back().observation;
  EXPECT_EQ(last.launches.at(1).kernel, "kernel");
  EXPECT_EQ(last.launches.at(1).grid, (Dim3{4, 1, 1}));
  EXPECT_EQ(last.outputs.at(1).call, 1U);
  EXPECT_EQ(last.outputs.at(1).shape, (InlineVector<std::int64_t, 8>{4}));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(last.outputs.at(1).at<float>(i), 1);
}

TEST_F(CudaTargetTest, AWrongOutputFails) {
  const RunResult result = run("wrong-output", cuda_case());
  ASSERT_EQ(result.verdict.kind, VerdictKind::kFail);
  EXPECT_EQ(result.verdict.failure->oracle, "prefix-invariant");
  EXPECT_EQ(result.verdict.failure->message, "output[6] is 2, must be 1 (n_threads 7)");
}

TEST_F(CudaTargetTest, AWriteBesideTheOutputFails) {
  const RunResult result = run("write-behind", cuda_case());
  ASSERT_EQ(result.verdict.kind, VerdictKind::kFail);
  EXPECT_EQ(result.verdict.failure->exception_type, "OutOfBounds");
}

TEST_F(CudaTargetTest, AnErrorOfTheDriverFailsByItsNameAndTheNextCaseHasAFreshWorker) {
  const auto opened = target("cuCtxSynchronize=700");
  const std::vector<Case> cases(3, cuda_case());
  const auto results = run_cases(*opened, cases, {});
  ASSERT_TRUE(results) << results.error().message;
  for (const RunResult& result : *results) {
    ASSERT_EQ(result.verdict.kind, VerdictKind::kFail);
    EXPECT_EQ(result.verdict.failure->exception_type, "CudaError");
    EXPECT_EQ(result.verdict.failure->message,
              "cuCtxSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS (700): an illegal memory access was encountered");
    EXPECT_EQ(result.observation.builds, 1U);  // a new worker has no cache
  }
}

TEST_F(CudaTargetTest, TooLittleMemoryIsNoFindingAndNoPass) {
  const RunResult result = run("cuMemAlloc=2", cuda_case());
  EXPECT_EQ(result.verdict.kind, VerdictKind::kUnsupported);
  EXPECT_EQ(result.verdict.reason, "cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY (2): out of memory");
}

TEST_F(CudaTargetTest, ACrashAndAHangInTheDriverAreTheWorkersAlone) {
  const RunResult crashed = run("crash", cuda_case());
  ASSERT_EQ(crashed.verdict.kind, VerdictKind::kFail);
  EXPECT_EQ(crashed.verdict.failure->oracle, "crash");
  const RunResult hung = run("hang", cuda_case(), {.timeout_ms = 3'000});
  ASSERT_EQ(hung.verdict.kind, VerdictKind::kFail);
  EXPECT_EQ(hung.verdict.failure->oracle, "timeout");
}

TEST_F(CudaTargetTest, AFailureThatComesAndGoesIsNotTakenForOneThatStays) {
  const auto runs = [this](const std::string& planted) {
    const auto opened = target(planted);
    const RunResult first = *run_case(*opened, cuda_case(), {});
    EXPECT_EQ(first.verdict.kind, VerdictKind::kFail);
    const std::vector<Case> cases(4, cuda_case());
    const auto again = same_bucket_runs(*opened, bucket_of(*first.verdict.failure))(cases, false);
    std::vector<bool> fails;
    for (const auto& [failed, observation] : *again) fails.push_back(failed);
    return fails;
  };
  EXPECT_EQ(runs("wrong-output"), std::vector<bool>(4, true));
  EXPECT_EQ(runs("flaky-output"), std::vector<bool>(4, false));
}

TEST_F(CudaTargetTest, ASourceThatDoesNotBuildFailsWithItsLine) {
  const RunResult result = run("", cuda_case({}, "broken"));
  ASSERT_EQ(result.verdict.kind, VerdictKind::kFail);
  EXPECT_EQ(result.verdict.failure->oracle, "no-exception");
  EXPECT_EQ(result.verdict.failure->exception_type, "CompileError");
  EXPECT_EQ(result.verdict.failure->message, "broken.cu:4:101: identifier \"bufer\" is undefined");
}

// For every reason: its text, and what is still done.
TEST_F(CudaTargetTest, WithoutAGpuCasesAreBuiltAndNoVerdictIsAPass) {
  for (const auto& [planted, reason] : std::vector<std::pair<std::string, std::string>>{
           {"cuInit=34", "cuInit: CUDA_ERROR_STUB_LIBRARY (34)"},
           {"cuInit=100", "cuInit: CUDA_ERROR_NO_DEVICE (100)"},
           {"no-device", "no GPU: the driver shows none"},
           {"arch=10", "does not build for sm_10, which is what stand-in is"},
           {"driver=11080", "driver for CUDA 11.8 does not load"},
           {"cuDevicePrimaryCtxRetain=46", "cuDevicePrimaryCtxRetain: CUDA_ERROR_PLANTED (46)"}}) {
    const auto opened = target(planted);
    EXPECT_NE(opened->info().cannot_launch.find(reason), std::string::npos) << opened->info().cannot_launch;
    EXPECT_EQ(opened->info().builds_for, (std::vector<std::string>{"sm_75", "sm_80", "sm_90"}));
    const auto result = run_case(*opened, cuda_case(), {});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->verdict.kind, VerdictKind::kUnsupported);
    EXPECT_EQ(result->verdict.reason, opened->info().cannot_launch);
    EXPECT_EQ(result->observation.builds, 3U);
    EXPECT_EQ(result->observation.builds_failed, 0U);
  }
}

TEST_F(CudaTargetTest, WithoutAGpuABuildThatFailsIsAFailure) {
  const RunResult result = run("no-device", cuda_case({}, "broken"));
  ASSERT_EQ(result.verdict.kind, VerdictKind::kFail);
  EXPECT_EQ(result.verdict.failure->exception_type, "CompileError");
  EXPECT_EQ(result.observation.builds_failed, 3U);
}

TEST_F(CudaTargetTest, AProgramThatIsNotThereIsNamed) {
  const auto result = run_case(*target(), cuda_case({}, "nothing_of_that_name"), {});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("nothing_of_that_name"), std::string::npos) << result.error().message;
}

TEST_F(CudaTargetTest, AFinerGranularityIsUnsupported) {
  Case c = cuda_case();
  c.granularity = Granularity::kLine;
  const auto result = run_case(*target(), c, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
}

TEST(CudaTarget, WithoutItsWorkerItIsUnsupported) {
  EXPECT_EQ(open_cuda_target_in("", {}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(open_cuda_target_in("/nonexistent", {}).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace straylane
