#include "targets/pooled_target.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "props/cases.h"
#include "props/stub_target.h"
#include "run/same_bucket.h"
#include "shrink/shrink.h"

namespace straylane {
namespace {

// A stub that notes the threads that run and close it, and gives an error at a case of `program`.
class WatchedTarget final : public Target {
 public:
  explicit WatchedTarget(std::atomic<int>& wrong_thread) : wrong_thread_(wrong_thread) {}
  ~WatchedTarget() override { wrong_thread_ += std::this_thread::get_id() != opened_by_; }
  const TargetInfo& info() const override { return stub_.info(); }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override {
    wrong_thread_ += std::this_thread::get_id() != opened_by_;
    for (const Case& c : cases) {
      if (c.program.starts_with("error")) return make_error(ErrorCode::kInternal, c.program);
    }
    return stub_.run(cases, options);
  }

 private:
  StubTarget stub_;
  std::atomic<int>& wrong_thread_;
  std::thread::id opened_by_ = std::this_thread::get_id();
};

std::unique_ptr<Target> pool(std::uint32_t jobs, std::atomic<int>& wrong_thread) {
  auto opened = PooledTarget::open([&] { return std::make_unique<WatchedTarget>(wrong_thread); }, jobs);
  return std::move(*opened);
}

std::vector<Case> many_cases(std::size_t count) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < count; ++i) {
    const auto n = static_cast<std::int64_t>(i % 7);
    cases.push_back(make_case(i % 2 == 0 ? "swap-race" : "lost-update", {n + 1, 1, n, 8}, sticky(i)));
  }
  return cases;
}

TEST(PooledTarget, ObservesEveryBatchAsOneTargetDoes) {
  std::atomic<int> wrong_thread = 0;
  StubTarget one;
  for (const std::uint32_t jobs : {1, 2, 3, 4, 8}) {
    const auto pooled = pool(jobs, wrong_thread);
    for (const std::size_t count : {0, 1, 2, 3, 5, 31, 64, 200}) {
      const auto cases = many_cases(count);
      EXPECT_EQ(pooled->run(cases, {.trace = true}).value(), one.run(cases, {.trace = true}).value()) << jobs;
    }
  }
  EXPECT_EQ(wrong_thread, 0) << "a target was not opened, run and closed by one thread";
}

TEST(PooledTarget, TheFirstErrorInTheOrderOfTheCasesIsGiven) {
  std::atomic<int> wrong_thread = 0;
  const auto pooled = pool(4, wrong_thread);
  for (int round = 0; round < 50; ++round) {
    auto cases = many_cases(64);
    cases[9].program = "error at 9";
    cases[40].program = "error at 40";
    const auto observations = pooled->run(cases, {});
    ASSERT_FALSE(observations.has_value());
    EXPECT_EQ(observations.error().message, "error at 9");
    EXPECT_TRUE(pooled->run(many_cases(64), {}).has_value());  // and it goes on
  }
}

TEST(PooledTarget, OneThatCannotBeOpenedIsAnError) {
  for (const int bad : {0, 1, 2}) {
    std::atomic<int> opened = 0;
    std::atomic<int> wrong_thread = 0;
    const auto target = PooledTarget::open(
        [&]() -> Expected<std::unique_ptr<Target>> {
          if (opened++ == bad) return make_error(ErrorCode::kUnsupported, "no more of them");
          return std::make_unique<WatchedTarget>(wrong_thread);
        },
        3);
    ASSERT_FALSE(target.has_value());
    EXPECT_EQ(target.error().message, "no more of them");
    EXPECT_EQ(wrong_thread, 0);
  }
}

// The whole result of a shrink, including the count of its executions, is the same for every number of jobs.
TEST(PooledTarget, AShrinkIsTheSameForEveryNumberOfJobs) {
  std::atomic<int> wrong_thread = 0;
  for (const char* program : {"swap-race", "lost-update", "deadlock", "two-bugs"}) {
    StubTarget one;
    for (std::uint64_t seed = 0, shrunk = 0; shrunk < 3; ++seed) {
      const auto found = run_case(one, make_case(program, {12, 3, 11, 8}, sticky(seed)), {});
      ASSERT_TRUE(found.has_value());
      if (!found->verdict.failure) continue;
      ++shrunk;
      std::optional<ShrinkResult> first;
      for (const std::uint32_t jobs : {1, 2, 4}) {
        const auto pooled = pool(jobs, wrong_thread);
        const auto result = shrink(same_bucket_runs(*pooled, bucket_of(*found->verdict.failure)),
                                   one.info().program.schema, found->recorded);
        ASSERT_TRUE(result.has_value());
        if (!first) first = *result;
        EXPECT_EQ(result->shrunk, first->shrunk);
        EXPECT_EQ(result->passes, first->passes);
      }
    }
  }
}

}  // namespace
}  // namespace straylane
