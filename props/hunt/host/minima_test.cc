// What shrinking makes of each wrong kernel of corpus/planted/host is its smallest failing case: no smaller settings
// fail, which is established by running all of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "generate/case_generator.h"
#include "hunt/shrink_failure.h"
#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"
#include "run/run_case.h"
#include "run/same_bucket.h"
#include "shrink/exhaustive_schedules.h"
#include "targets/registry.h"

namespace straylane {
namespace {

constexpr std::int64_t kArraySizeMax = 4;  // of the settings that are all run
constexpr std::int64_t kBufferSizeMax = 2;
constexpr std::int64_t kBlockSizeMax = 34;
constexpr std::int64_t kBlockSizeScheduled =
    3;  // up to here under all schedules with kPreemptionsMax, else the default one
constexpr std::uint32_t kPreemptionsMax = 1;
constexpr std::uint64_t kStarts = 4;  // failing cases that are shrunk

struct WrongKernel {
  const char* program;
  const char* oracle;
  const char* type;
  Settings smallest;  // with any block_size, as a reader of the kernel would say
  std::uint32_t preemptions = 0;
};

// Buckets are met by the cases that are drawn; of a kernel that fails in several ways, the one that is meant.
const std::vector<WrongKernel>& wrong_kernels() {
  // array_size, buffer_size, n_threads, block_size
  static const std::vector<WrongKernel> all = {
      {"guard_off_by_one", "stray-lane", "", {1, 1, 0, 1}},
      {"guard_off_by_one", "no-exception", "OutOfBounds", {1, 1, 1, 2}},
      {"guard_missing", "stray-lane", "", {1, 1, 0, 1}},
      {"guard_in_block", "stray-lane", "", {2, 1, 1, 1}},
      {"clears_too_much", "no-exception", "OutOfBounds", {1, 1, 1, 1}},
      {"writes_beside", "no-exception", "OutOfBounds", {1, 1, 1, 1}},
      {"writes_beside", "prefix-invariant", "", {2, 1, 1, 1}},
      {"barrier_missing", "no-exception", "DataRace", {2, 1, 2, 2}},
      {"barrier_missing", "no-exception", "UninitialisedRead", {2, 1, 2, 2}, 1},
      {"warp_sync_missing", "no-exception", "DataRace", {2, 1, 2, 2}},
      {"racy_counter", "no-exception", "DataRace", {2, 1, 2, 1}},
      {"uninitialised_read", "no-exception", "UninitialisedRead", {1, 1, 1, 1}},
      {"barrier_divergent", "no-exception", "BarrierDivergence", {1, 1, 1, 2}},
      {"shared_overflow", "no-exception", "OutOfBounds", {1, 1, 0, 33}},
      {"atomic_twice", "prefix-invariant", "", {2, 1, 2, 2}, 1},
  };
  return all;
}

Target& host() {
  static const auto target = open_target("host", {});
  if (!target) throw std::runtime_error(target.error().message);
  return **target;
}

bool as_meant(const WrongKernel& kernel, const RunResult& result) {
  return result.verdict.failure && result.verdict.failure->oracle == kernel.oracle &&
         result.verdict.failure->exception_type == kernel.type;
}

// Failing cases as a hunt finds them, from `seed` on.
std::optional<RunResult> found(const WrongKernel& kernel, std::uint64_t seed) {
  for (std::uint64_t i = 0; i < 2'000; i += 20) {
    std::vector<Case> cases;
    for (std::uint64_t k = 0; k < 20; ++k) {
      cases.push_back(draw_case(factory_program().schema, seed, i + k));
      cases.back().target = "host";
      cases.back().program = kernel.program;
      if (k % 2 == 1) cases.back().schedule = DrawnForm{DrawnStrategy::kSticky, i + k};
    }
    auto results = run_cases(host(), cases, {});
    if (!results) throw std::runtime_error(results.error().message);
    for (RunResult& result : *results) {
      if (as_meant(kernel, result)) return std::move(result);
    }
  }
  return std::nullopt;
}

bool fails(const std::string& bucket, const std::vector<Case>& cases, ExhaustiveSchedules* schedules) {
  const auto results = run_cases(host(), cases, {});
  if (!results) throw std::runtime_error(results.error().message);
  bool failing = false;
  for (const RunResult& result : *results) {
    if (schedules != nullptr) schedules->observed(result.observation);
    failing = failing || (result.verdict.failure && bucket_of(*result.verdict.failure) == bucket);
  }
  return failing;
}

bool fails_under_some_schedule(const std::string& program, const std::string& bucket, const Settings& settings) {
  Case c;
  c.target = "host";
  c.program = program;
  c.calls = {settings};
  if (FactorySettings::of(settings).block_size > kBlockSizeScheduled) return fails(bucket, {c}, nullptr);
  ExhaustiveSchedules schedules(kPreemptionsMax);
  for (auto batch = schedules.next(32); !batch.empty(); batch = schedules.next(32)) {
    std::vector<Case> cases(batch.size(), c);
    for (std::size_t i = 0; i < batch.size(); ++i) cases[i].schedule = std::move(batch[i]);
    if (fails(bucket, cases, &schedules)) return true;
  }
  return false;
}

// The first settings that fail, in the order of case_size: array_size, n_threads, buffer_size, block_size.
std::optional<Settings> first_that_fails(const std::string& program, const std::string& bucket) {
  for (std::int64_t array_size = 1; array_size <= kArraySizeMax; ++array_size) {
    for (std::int64_t n_threads = 0; n_threads <= array_size; ++n_threads) {
      for (std::int64_t buffer_size = 1; buffer_size <= kBufferSizeMax; ++buffer_size) {
        for (std::int64_t block_size = 1; block_size <= kBlockSizeMax; ++block_size) {
          const Settings settings{array_size, buffer_size, n_threads, block_size};
          if (fails_under_some_schedule(program, bucket, settings)) return settings;
        }
      }
    }
  }
  return std::nullopt;
}

class HostMinima : public testing::TestWithParam<WrongKernel> {};

TEST_P(HostMinima, AreTheSmallestSettingsThatFail) {
  const WrongKernel& kernel = GetParam();
  const Schema& schema = factory_program().schema;
  std::optional<Settings> smallest;
  for (std::uint64_t seed = 1; seed <= kStarts; ++seed) {
    const auto start = found(kernel, seed);
    ASSERT_TRUE(start) << kernel.program << " was not found";
    const std::string bucket = bucket_of(*start->verdict.failure);
    if (!smallest) smallest = first_that_fails(kernel.program, bucket);
    ASSERT_TRUE(smallest) << kernel.program << " does not fail at small settings";
    EXPECT_EQ(*smallest, kernel.smallest) << kernel.program << ": " << schema.describe(*smallest);
    const auto shrunk = shrink_failure(host(), start->recorded, bucket);
    ASSERT_TRUE(shrunk) << shrunk.error().message;
    const Minimum& minimum = shrunk->shrunk.minimal_any_shape;
    ASSERT_EQ(minimum.failing.calls.size(), 1U);
    const Settings& s = minimum.failing.calls[0];
    EXPECT_EQ(s, *smallest) << kernel.program << ", seed " << seed << ": " << schema.describe(s);
    EXPECT_EQ(minimum.preemptions, kernel.preemptions) << kernel.program << ", seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(WrongKernels, HostMinima, testing::ValuesIn(wrong_kernels()), [](const auto& info) {
  std::string name = std::string(info.param.program) + "_" + info.param.oracle + info.param.type;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace straylane
