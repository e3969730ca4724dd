#include "oracle/oracles.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"
#include "props/outputs.h"

namespace straylane {
namespace {

Case one_launch() {
  Case c;
  c.calls = {FactorySettings{4, 1, 2, 32}};
  return c;
}

void set_output(Observation& observation, const std::vector<float>& values) {
  observation.outputs = {float_output(values)};
}

// The observation of a correct kernel: two ones, two zeros, threads 2 and 3 returned early.
Observation correct() {
  Observation observation;
  observation.launches.resize(1);
  set_output(observation, {1, 1, 0, 0});
  for (std::int32_t i = 0; i < 4; ++i) {
    observation.launches[0].threads.push_back({.id = {0, i}, .thread_index = i, .passed_guard = i < 2});
  }
  return observation;
}

Verdict judged(const Case& c, const Observation& observation) { return judge(factory_program(), c, observation); }

std::string oracle_of(const Observation& observation) {
  const Verdict verdict = judged(one_launch(), observation);
  return verdict.failure ? verdict.failure->oracle : to_string(verdict.kind);
}

TEST(Oracles, EachHasItsNameOnce) {
  std::vector<std::string> names;
  for (const std::span<const Oracle> oracles : {general_oracles(), std::span(factory_program().oracles)}) {
    for (const Oracle& oracle : oracles) names.emplace_back(oracle.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"crash", "timeout", "deadlock", "step-limit", "no-exception",
                                             "module-state", "stray-lane", "prefix-invariant"}));
}

TEST(Oracles, ACorrectRunPasses) { EXPECT_EQ(oracle_of(correct()), "pass"); }

TEST(Oracles, TheEndOfTheRunIsJudgedFirst) {
  Observation observation = correct();
  set_output(observation, {0, 1, 0, 0});
  EXPECT_EQ(oracle_of(observation), "prefix-invariant");
  observation.end = RunEnd::kDeadlock;
  EXPECT_EQ(oracle_of(observation), "deadlock");
  observation.end = RunEnd::kStepLimit;
  EXPECT_EQ(oracle_of(observation), "step-limit");
  observation.end = RunEnd::kTimeout;
  EXPECT_EQ(oracle_of(observation), "timeout");
  observation.end = RunEnd::kCrashed;
  observation.end_detail = "signal 11";
  EXPECT_EQ(oracle_of(observation), "crash");
  observation.end = RunEnd::kRefused;
  observation.end_detail = "another site";
  EXPECT_EQ(oracle_of(observation), "discard");
  EXPECT_EQ(judged(one_launch(), observation).reason, "another site");
}

// The number of waiting threads depends on the settings. Shrinking the settings must not leave the bucket.
TEST(Oracles, DeadlocksOfDifferentSizeShareABucket) {
  Observation observation = correct();
  observation.end = RunEnd::kDeadlock;
  observation.end_detail = "no thread can go on; waiting: 0:0, 0:1, m";
  const std::string two = bucket_of(*judged(one_launch(), observation).failure);
  observation.end_detail = "no thread can go on; waiting: 0:0, 0:1, 0:2, m";
  EXPECT_EQ(bucket_of(*judged(one_launch(), observation).failure), two);
}

TEST(NoException, ReportsTheFirstInTimeNotTheFirstThread) {
  Observation observation = correct();
  auto& threads = observation.launches[0].threads;
  threads[0].exception = ThrownException{"AttributeError", "later", "f"};
  threads[0].exception_order = 2;
  threads[1].exception = ThrownException{"AttributeError", "earlier", "allocate_buffer"};
  threads[1].exception_order = 1;
  observation.launches[0].raised = *threads[0].exception;
  const Failure failure = *judged(one_launch(), observation).failure;
  EXPECT_EQ(failure.oracle, "no-exception");
  EXPECT_EQ(failure.exception_type, "AttributeError");
  EXPECT_EQ(failure.message, "earlier");
  EXPECT_EQ(failure.function, "allocate_buffer");
  EXPECT_EQ(failure.thread, (ThreadId{0, 1}));
  EXPECT_EQ(failure.facts, (std::vector<Fact>{{"thread_index", 1}, {"n_threads", 2}, {"stray", 0}}));
  EXPECT_EQ(failure.rule.back(), '.');
}

TEST(NoException, SaysWhetherTheThreadIsStray) {
  Observation observation = correct();
  observation.launches[0].threads[2].exception = ThrownException{"IndexError", "out of bounds", "kernel"};
  observation.launches[0].threads[2].exception_order = 1;
  EXPECT_EQ(judged(one_launch(), observation).failure->fact("stray"), 1);
}

TEST(NoException, FallsBackToTheLaunchingThread) {
  Observation observation = correct();
  observation.launches[0].raised = {"ValueError", "bad", "normalize"};
  const Failure failure = *judged(one_launch(), observation).failure;
  EXPECT_EQ(failure.exception_type, "ValueError");
  EXPECT_EQ(failure.thread, ThreadId::main());
  EXPECT_EQ(failure.fact("thread_index"), std::nullopt);
}

TEST(StrayLane, CatchesAThreadBehindTheGuard) {
  Observation observation = correct();
  observation.launches[0].threads[2].passed_guard = true;
  observation.launches[0].threads[2].first_after_guard = Site{"k.py", "kernel", "x", 0, 1};
  const Failure failure = *judged(one_launch(), observation).failure;
  EXPECT_EQ(failure.oracle, "stray-lane");
  EXPECT_EQ(failure.fact("thread_index"), 2);
  EXPECT_EQ(failure.function, "kernel");
  EXPECT_EQ(failure.fact("stray"), 1);
  const std::string bucket = bucket_of(failure);
  observation.launches[0].threads[2].passed_guard = false;
  EXPECT_EQ(oracle_of(observation), "pass");
  observation.launches[0].threads[3].passed_guard = true;
  observation.launches[0].threads[3].first_after_guard = Site{"k.py", "kernel", "y", 0, 2};
  EXPECT_EQ(bucket_of(*judged(one_launch(), observation).failure), bucket);
}

TEST(PrefixInvariant, ComparesExactly) {
  Observation observation = correct();
  set_output(observation, {1, 0, 0, 0});
  EXPECT_EQ(judged(one_launch(), observation).failure->message, "output[1] is 0, must be 1 (n_threads 2)");
  EXPECT_EQ(judged(one_launch(), observation).failure->fact("thread_index"), 1);
  for (const float value : {std::nextafter(1.0F, 2.0F), -1.0F, std::numeric_limits<float>::quiet_NaN()}) {
    set_output(observation, {1, value, 0, 0});
    EXPECT_EQ(oracle_of(observation), "prefix-invariant") << value;
  }
  set_output(observation, {1, 1, 1, 0});
  EXPECT_EQ(judged(one_launch(), observation).failure->message, "output[2] is 1, must be 0 (n_threads 2)");
  set_output(observation, {1, 1, 0});
  EXPECT_EQ(oracle_of(observation), "prefix-invariant");
  set_output(observation, {1, 1, -0.0F, 0});
  EXPECT_EQ(oracle_of(observation), "pass");
}

TEST(PrefixInvariant, LeavesLaunchesThatRaisedToTheOtherOracle) {
  Observation observation = correct();
  set_output(observation, {0, 0, 0, 0});
  observation.launches[0].raised = {"AttributeError", "x", "f"};
  EXPECT_EQ(oracle_of(observation), "no-exception");
}

TEST(PrefixInvariant, JudgesEveryCall) {
  Case c = one_launch();
  c.calls.push_back(FactorySettings{1, 1, 1, 1});
  Observation observation = correct();
  observation.launches.push_back({.call = 1});
  observation.outputs.push_back(float_output({0}, 1));
  EXPECT_EQ(judged(c, observation).failure->message, "output[0] is 0, must be 1 (n_threads 1)");
  observation.outputs[1] = float_output({1}, 1);
  EXPECT_EQ(judged(c, observation).kind, VerdictKind::kPass);
}

TEST(ModuleState, CatchesWhatIsNotPutBack) {
  Observation observation = correct();
  observation.module_changes = {"numba_mwe.allocator_factory.cuda: <module> -> <fake>"};
  const Failure failure = *judged(one_launch(), observation).failure;
  EXPECT_EQ(failure.oracle, "module-state");
  EXPECT_NE(failure.message.find("allocator_factory.cuda"), std::string::npos);
}

}  // namespace
}  // namespace straylane
