// The factory kernel, built for the CPU and run under the interleaver.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "generate/case_generator.h"
#include "props/targets/host/host_fixture.h"
#include "run/same_bucket.h"
#include "targets/numba/numba_target.h"

namespace straylane {
namespace {

const Schema& schema() { return factory_program().schema; }

std::vector<float> output_of(const Observation& observation, std::size_t call = 0) {
  const Output& output = observation.outputs.at(call);
  std::vector<float> values;
  for (std::size_t i = 0; i < output.count(); ++i) values.push_back(output.at<float>(i));
  return values;
}

RunResult run(const Case& c, const RunOptions& options = {}) {
  auto result = run_case(host_target(), c, options);
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

TEST(HostTarget, SaysWhatItIs) {
  const TargetInfo& info = host_target().info();
  EXPECT_EQ(info.name, "host");
  EXPECT_EQ(info.program.schema, schema());
  EXPECT_TRUE(info.controlled);
  EXPECT_TRUE(info.sees_accesses);
  EXPECT_EQ(info.canaries, CanarySet::kDevice);
  EXPECT_EQ(info.cannot_confirm, "what host finds says nothing about a GPU");
  EXPECT_NE(info.system.software.find("LLVM 19"), std::string::npos) << info.system.software;
}

TEST(HostTarget, WritesTheFirstElementsAndNoOther) {
  const RunResult result = run(host_case({}));
  EXPECT_EQ(result.verdict.kind, VerdictKind::kPass);
  const LaunchObservation& launch = result.observation.launches.at(0);
  EXPECT_EQ(launch.kernel, "kernel");
  EXPECT_EQ(launch.grid, (Dim3{1, 1, 1}));
  EXPECT_EQ(launch.block, (Dim3{32, 1, 1}));
  const Output& output = result.observation.outputs.at(0);
  EXPECT_EQ(output.name, "output");
  EXPECT_EQ(output.shape, (InlineVector<std::int64_t, 8>{10}));
  EXPECT_EQ(output_of(result.observation), (std::vector<float>{1, 1, 1, 1, 1, 1, 1, 0, 0, 0}));
  EXPECT_EQ(launch.threads.size(), 32U);
  EXPECT_EQ(std::count_if(launch.threads.begin(), launch.threads.end(), [](const auto& t) { return t.passed_guard; }),
            7);
  EXPECT_EQ(result.recorded.target, "host");
}

TEST(HostTarget, ATraceHasTheLinesOfTheSource) {
  const RunResult result = run(host_case({1, 1, 1, 1}), {.trace = true});
  const auto& sites = result.observation.sites;
  const auto store =
      std::find_if(sites.begin(), sites.end(), [](const Site& s) { return s.statement == "output[i] = buffer[0];"; });
  ASSERT_NE(store, sites.end());
  EXPECT_EQ(store->file, "kernel.cu");
  EXPECT_EQ(store->function, "straylane_kernel_body");
  EXPECT_GT(store->line, 0U);
}

TEST(HostTarget, TheLargestSettingsPass) {
  for (const FactorySettings& s : {FactorySettings{100'000, 5, 99'999, 1'024}, FactorySettings{64, 131'072, 64, 64}}) {
    EXPECT_EQ(run(host_case(s)).verdict.kind, VerdictKind::kPass);
  }
}

RC_GTEST_PROP(HostTarget, TheRightKernelPassesUnderEverySchedule, ()) {
  const Case c = *case_generator(schema());
  const RunResult result = run(c);
  RC_ASSERT(result.verdict.kind == VerdictKind::kPass);
}

RC_GTEST_PROP(HostTarget, ARunIsTheSameTwiceAndItsRecordReplaysStrictly, ()) {
  const Case c = *case_generator(schema());
  const RunResult first = run(c, {.trace = true});
  RC_ASSERT(run(c, {.trace = true}).observation == first.observation);
  const RunResult again = run(first.recorded, {.trace = true, .strict = true});
  RC_ASSERT(again.observation.trace_digest == first.observation.trace_digest);
  RC_ASSERT(again.observation.launches == first.observation.launches);
  RC_ASSERT(again.observation.outputs == first.observation.outputs);
}

// A run is the same to the last step with fibers and without, even if it is given up in the middle. So is what a search
// counts. The preemption here is never reached; it only hides that the strategy follows the default rule.
RC_GTEST_PROP(HostTarget, ThePlainLoopIsTheDefaultSchedule, ()) {
  Case plain = *case_generator(schema());
  plain.schedule = SearchForm{};
  Case with_fibers = plain;
  with_fibers.schedule = SearchForm{{.gap = 1'000'000, .pick = 0}};
  const bool traced = *rc::gen::arbitrary<bool>();
  const std::uint64_t steps = run(plain).observation.yields;
  const std::uint64_t steps_max = *rc::gen::oneOf(rc::gen::just(steps), rc::gen::inRange<std::uint64_t>(0, steps));
  const RunResult a = run(plain, {.trace = traced, .steps_max = steps_max});
  RunResult b = run(with_fibers, {.trace = traced, .steps_max = steps_max});
  // Pairs of accesses are recorded only in runs in which a strategy makes choices.
  RC_ASSERT(a.observation.access_pairs.empty());
  b.observation.access_pairs.clear();
  RC_ASSERT(a.observation.reads_from_digest == 0U);
  b.observation.reads_from_digest = 0;
  RC_ASSERT(a.observation.end == (steps_max < steps ? RunEnd::kStepLimit : RunEnd::kCompleted));
  RC_ASSERT(a.observation == b.observation);
}

RC_GTEST_PROP(HostTarget, OutputDoesNotDependOnBufferSizeBlockSizeOrSchedule, ()) {
  Case c = *case_generator(schema());
  auto settings = FactorySettings::of(c.calls[0]);
  const auto output = [&c, &settings] {
    c.calls = {settings};
    return output_of(run(c).observation);
  };
  const std::vector<float> reference = output();
  settings.buffer_size = *rc::gen::inRange<std::int64_t>(1, 200);
  RC_ASSERT(output() == reference);
  settings.block_size = *rc::gen::inRange<std::int64_t>(1, 70);
  RC_ASSERT(output() == reference);
  c.schedule = DrawnForm{.strategy = DrawnStrategy::kSticky, .seed = *rc::gen::arbitrary<std::uint64_t>()};
  RC_ASSERT(output() == reference);
  c.calls.push_back(settings);  // calling twice gives the same
  const Observation twice = run(c).observation;
  RC_ASSERT(twice.launches.size() == 2);
  RC_ASSERT(output_of(twice, 0) == reference && output_of(twice, 1) == reference);
}

RC_GTEST_PROP(HostTarget, NoThreadAtOrAboveNThreadsEntersTheAllocator, ()) {
  const Case c = *case_generator(schema());
  const RunResult result = run(c);
  for (std::size_t k = 0; k < c.calls.size(); ++k) {
    for (const ThreadOutcome& thread : result.observation.launches.at(k).threads) {
      RC_ASSERT(thread.passed_guard == (thread.thread_index < FactorySettings::of(c.calls[k]).n_threads));
    }
  }
}

// One contract in two languages with two compilers, for two kernels: the correct one, and one whose guard lets one
// thread too many pass.
TEST(HostTarget, AgreesWithNumbaOnTenThousandSettings) {
  auto numba = NumbaTarget::open({});
  ASSERT_TRUE(numba) << numba.error().message;
  std::uint64_t failed = 0;
  for (std::uint64_t batch = 0; batch < 20; ++batch) {
    std::vector<Case> cases;
    for (std::uint64_t i = 0; i < 500; ++i) {
      cases.push_back(draw_case(schema(), 7 + batch, i));
      Case& c = cases.back();
      c.schedule = SearchForm{};
      auto settings = FactorySettings::of(c.calls[0]);
      settings.buffer_size = 1 + settings.buffer_size % 8;  // few builds
      c.calls = {settings};
      c.program = i % 10 == 0 ? "guard_off_by_one" : "factory";
    }
    std::vector<Case> in_python = cases;
    for (Case& c : in_python) c.program = c.program == "factory" ? "factory" : "off_by_one_guard";
    const auto host = run_cases(host_target(), cases, {});
    const auto simulated = run_cases(**numba, in_python, {});
    ASSERT_TRUE(host) << host.error().message;
    ASSERT_TRUE(simulated) << simulated.error().message;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const RunResult& ours = (*host)[i];
      const RunResult& theirs = (*simulated)[i];
      ASSERT_EQ(ours.verdict.kind, theirs.verdict.kind) << batch << " " << i;
      failed += ours.verdict.kind == VerdictKind::kFail ? 1 : 0;
      ASSERT_EQ(ours.observation.launches.size(), 1U);
      if (ours.verdict.kind == VerdictKind::kFail) continue;  // the messages of the two targets differ
      ASSERT_EQ(ours.observation.outputs, theirs.observation.outputs) << batch << " " << i;
    }
  }
  EXPECT_GT(failed, 100U);
}

TEST(HostTarget, ASourceThatDoesNotCompileIsAnErrorWithItsLine) {
  const auto result = run_case(host_target(), host_case({}, "broken"), {});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("broken.cu:4:"), std::string::npos) << result.error().message;
  EXPECT_NE(result.error().message.find("undeclared identifier 'bufer'"), std::string::npos) << result.error().message;
}

TEST(HostTarget, AProgramThatIsNotThereIsNamed) {
  const auto result = run_case(host_target(), host_case({}, "nothing_of_that_name"), {});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("nothing_of_that_name"), std::string::npos) << result.error().message;
}

TEST(HostTarget, WithoutItsWorkerItIsUnsupportedAndSaysWhatToInstall) {
  const auto target = open_host_target_in("");
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(target.error().message.find("llvm-19-dev libclang-19-dev clang-19"), std::string::npos);
  EXPECT_EQ(open_host_target_in("/nonexistent").error().code, ErrorCode::kUnsupported);
}

TEST(HostTarget, AFinerGranularityIsUnsupported) {
  Case c = host_case({});
  c.granularity = Granularity::kLine;
  const auto result = run_case(host_target(), c, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace straylane
